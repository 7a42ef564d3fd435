// Fields of requests as OpenAI's clients send them. In a form everything is text; null is as good as nothing.
import * as z from "zod/mini";
import { FormFile } from "../../http/form.ts";
import { text } from "../../http/text.ts";
import { fileUrl } from "../../http/url.ts";

const numeral = z.pipe(z.string().check(z.regex(/^\d{1,10}$/, "must be a whole number")), z.transform(Number));

/** A whole number, or one that is written out. */
export function whole(min: number, max: number) {
  return z.nullish(z.pipe(z.union([z.int(), numeral]), z.int().check(z.minimum(min), z.maximum(max))));
}

/** The same, and there has to be a character that is not white space. */
export function words(max: number) {
  return text({ min: 1, max }).check(
    z.refine((value) => value.trim() !== "", "must have a character that is not white space"),
  );
}

/** Not OpenAI's: drawn by `sketch`, and free. */
export const dryRun = z.pipe(
  z.nullish(
    z.union(
      [
        z.boolean(),
        z.pipe(
          z.enum(["true", "false"]),
          z.transform((written) => written === "true"),
        ),
      ],
      "must be true or false",
    ),
  ),
  z.transform((wanted) => wanted ?? false),
);

export const model = z.nullish(words(200));

/** A picture: a file of a form, or where it is to be had. */
export const picture = z.union([z.instanceof(FormFile), fileUrl], "must be a file, an http(s) URL or a data: URL");

export type Picture = z.output<typeof picture>;

/** `WxH` in pixels, or what leaves it to the model. */
export const size = z.nullish(
  z.pipe(
    z
      .string()
      .check(
        z.regex(
          /^(auto|[1-9][0-9]{1,4}x[1-9][0-9]{1,4})$/,
          'must be a width and a height in pixels, like "1024x1024", or "auto"',
        ),
      ),
    z.transform((written) => (written === "auto" ? undefined : written)),
  ),
);

/** What would be answered in another way than here. */
export const notStreamed = z.nullish(
  z.union(
    [z.literal(false), z.literal("false")],
    "is not offered here: leave it out, and the whole answer comes at once",
  ),
);

export function inputOf(given: Picture) {
  return given instanceof FormFile ? { bytes: given.bytes } : { url: given };
}
