// POST /ai/generate-video: what a caller may ask for.
import * as z from "zod/mini";
import { fileUrl } from "../url.ts";
import { clipSec } from "./clip-length.ts";
import { requireNothingElse, seen } from "./seen.ts";

export const videoOnly = {
  durationSec: clipSec,
  ratio: z
    .optional(z.string().check(z.regex(/^[1-9][0-9]?:[1-9][0-9]?$/, { error: 'must be a ratio, like "16:9"' })))
    .register(z.globalRegistry, {
      description: "Width to height: `16:9`. `GET /ai/models` lists each model's `ratios`.",
    }),
  resolution: z
    .optional(z.string().check(z.regex(/^[1-9][0-9]{2,3}p$/, { error: 'must be a number of lines, like "720p"' })))
    .register(z.globalRegistry, { description: "Lines: `720p`. `GET /ai/models` lists each model's `resolutions`." }),
  videoUrl: z.optional(fileUrl),
};

export const videoRequest = z
  .strictObject({ ...seen, ...videoOnly })
  .check(z.superRefine((value, context) => requireNothingElse(value, "videoUrl", value.videoUrl, context)));
