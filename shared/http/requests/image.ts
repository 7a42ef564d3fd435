// POST /ai/generate-image: what a caller may ask for.
import * as z from "zod/mini";
import { fileUrl } from "../url.ts";
import { requireNothingElse, seen } from "./seen.ts";

export const imageOnly = {
  size: z
    .optional(
      z.string().check(
        z.regex(/^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$/, {
          error: 'must be a width and a height in pixels, like "1024x1024"',
        }),
      ),
    )
    .register(z.globalRegistry, {
      description: "Width and height in pixels: `1024x1024`. `GET /ai/models` lists each model's `sizes`.",
    }),
  imageUrl: z.optional(fileUrl),
};

export const imageRequest = z
  .strictObject({ ...seen, ...imageOnly })
  .check(z.superRefine((value, context) => requireNothingElse(value, "imageUrl", value.imageUrl, context)));
