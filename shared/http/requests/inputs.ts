// The pictures that are to be worked on.
import * as z from "zod";
import { id } from "../id.ts";
import { fileUrl } from "../url.ts";

/** A picture to work on. */
const input = z.union([
  z.strictObject({ uploadId: id }).meta({ description: "A ready upload of the caller." }),
  z
    .strictObject({ jobId: id, index: z.int().min(0).max(3) })
    .meta({ description: "An output of a completed job of the caller." }),
  z
    .strictObject({ url: fileUrl })
    .meta({ description: "http, https or data: fetched once, before the first attempt, and kept with the job." }),
]);

export const inputs = z.array(input).max(5).optional().meta({
  description: "Pictures to work on: JPEG, PNG or WebP. The first one is the one that an operation changes.",
});
