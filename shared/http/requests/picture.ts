// A picture of the caller's that lies in the store already.
import * as z from "zod/mini";
import { id, jobId } from "../id.ts";

export const uploaded = z
  .strictObject({ uploadId: id })
  .register(z.globalRegistry, { description: "A ready upload of the caller." });

export const output = z
  .strictObject({ jobId, index: z.int().check(z.minimum(0), z.maximum(3)) })
  .register(z.globalRegistry, {
    description: "An output of a completed job of the caller, or of a part of a film of theirs.",
  });
