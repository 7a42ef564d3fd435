// PUT /projects/{id}/characters/{characterId}: what a caller may change of a character.
import * as z from "zod";
import { limits } from "../../../drama/wish.ts";
import { voices } from "../../../ports/wishes.ts";
import { id } from "../../id.ts";
import { text } from "../../text.ts";
import { version } from "./fields.ts";

export const characterChange = z.strictObject({
  version,
  name: text({ min: 1, max: limits.name }).optional(),
  role: text({ min: 1, max: limits.sentence }).optional(),
  look: text({ min: 1, max: limits.sentence }).optional(),
  voice: z.enum(voices).optional(),
  portrait: z
    .union([
      z.null(),
      z.strictObject({ uploadId: id }).meta({ description: "A ready upload of the caller." }),
      z
        .strictObject({ jobId: id, index: z.int().min(0).max(3) })
        .meta({ description: "An output of a completed job of the caller." }),
    ])
    .optional()
    .meta({ description: "JPEG, PNG or WebP, at most 10 MB; the project gets a copy. Null: one is to be made." }),
});
