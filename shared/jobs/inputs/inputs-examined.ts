// What a file has to be to be an input: one still picture that every vendor reads.
import { reasonAgainstAnimated } from "../../media/animated.ts";
import type { CheckOptions } from "../../media/check.ts";
import { MAX_IMAGE_PIXELS } from "../../media/formats/format.ts";
import type { Inspection } from "../../media/inspect.ts";
import { sidesOf } from "../../media/sides.ts";

/** Of a picture that is fetched: the same as of an upload, and what most vendors take. */
const MAX_INPUT_BYTES = 10 * 1024 * 1024;
/** The still pictures that all vendors read. */
export const inputExtensions = ["jpg", "png", "webp"] as const;

/** For `checkMedia`. */
export function inputOptions(expectedBytes: number | null): CheckOptions {
  return {
    ...{ expect: "image", extensions: inputExtensions, onlyStill: true, maxBytes: MAX_INPUT_BYTES },
    ...(expectedBytes === null ? {} : { expectedBytes }),
  };
}

/** Why this output, which is kept already, cannot be an input, in words for the user; null when it can. */
export function reasonAgainst(picture: Pick<Inspection, "width" | "height" | "durationMs">): string | null {
  const { width, height } = sidesOf(picture);
  const animated = reasonAgainstAnimated(picture);
  if (animated !== null || width * height <= MAX_IMAGE_PIXELS) return animated;
  return `The image is ${width} by ${height} pixels; at most ${MAX_IMAGE_PIXELS / 1e6} megapixels are taken.`;
}
