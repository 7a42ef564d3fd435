// PUT /projects/{id}/characters/{characterId}: what a caller may change of a character.
import * as z from "zod/mini";
import { limits } from "../../../drama/wish.ts";
import { voices } from "../../../ports/wishes.ts";
import { text } from "../../text.ts";
import { output, uploaded } from "../picture.ts";
import { version } from "./fields.ts";

export const characterChange = z.strictObject({
  version,
  name: z.optional(text({ min: 1, max: limits.name })),
  role: z.optional(text({ min: 1, max: limits.sentence })),
  look: z.optional(text({ min: 1, max: limits.sentence })),
  voice: z.optional(z.enum(voices)),
  portrait: z.optional(z.union([z.null(), uploaded, output])).register(z.globalRegistry, {
    description: "JPEG, PNG or WebP, at most 10 MB; the project gets a copy. Null: one is to be made.",
  }),
});
