// PUT /projects/{id}/characters/{characterId}: what a caller may change of a character.
import * as z from "zod";
import { limits } from "../../../drama/wish.ts";
import { voices } from "../../../ports/wishes.ts";
import { text } from "../../text.ts";
import { output, uploaded } from "../picture.ts";
import { version } from "./fields.ts";

export const characterChange = z.strictObject({
  version,
  name: text({ min: 1, max: limits.name }).optional(),
  role: text({ min: 1, max: limits.sentence }).optional(),
  look: text({ min: 1, max: limits.sentence }).optional(),
  voice: z.enum(voices).optional(),
  portrait: z
    .union([z.null(), uploaded, output])
    .optional()
    .meta({ description: "JPEG, PNG or WebP, at most 10 MB; the project gets a copy. Null: one is to be made." }),
});
