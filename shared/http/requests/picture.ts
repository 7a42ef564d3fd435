// A picture of the caller's that lies in the store already.
import * as z from "zod";
import { id, jobId } from "../id.ts";

export const uploaded = z.strictObject({ uploadId: id }).meta({ description: "A ready upload of the caller." });

export const output = z
  .strictObject({ jobId, index: z.int().min(0).max(3) })
  .meta({ description: "An output of a completed job of the caller, or of a part of a film of theirs." });
