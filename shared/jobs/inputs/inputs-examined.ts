// What a file has to be to be an input: one still picture that every vendor reads.
import { watchForDisguise } from "../../media/disguise.ts";
import { type Inspection, inspectMedia } from "../../media/inspect.ts";
import { refusal } from "../../media/refusal.ts";

/** Of a picture that is fetched: the same as of an upload, and what most vendors take. */
const MAX_INPUT_BYTES = 10 * 1024 * 1024;
/** What a decoder has to hold: 64 megapixels are 256 MB of RGBA. */
const MAX_INPUT_PIXELS = 64_000_000;
/** The still pictures that all vendors read. */
export const inputExtensions = ["jpg", "png", "webp"] as const;

/** Passes the bytes through, and throws `invalid_output` at the latest at their end unless they are one still picture and nothing else. */
export function examined(source: AsyncIterable<Uint8Array>, expectedBytes: number | null) {
  const inspected = inspectMedia(source, {
    expect: "image",
    extensions: inputExtensions,
    maxBytes: MAX_INPUT_BYTES,
    ...(expectedBytes === null ? {} : { expectedBytes }),
  });
  const disguise = watchForDisguise(inspected.body);
  async function* whole() {
    yield* disguise.body;
    const reason = disguise.reason() ?? reasonAgainst(inspected.result());
    if (reason !== null) throw refusal(reason);
  }
  return { body: whole(), result: inspected.result };
}

/** Why this picture cannot be an input, in words for the user; null when it can. */
export function reasonAgainst(picture: Pick<Inspection, "width" | "height" | "durationMs">): string | null {
  const { width, height, durationMs } = picture;
  if (durationMs !== null) return "The picture is animated; only still ones are taken.";
  if (width * height <= MAX_INPUT_PIXELS) return null;
  return `The picture is ${width} by ${height} pixels; at most ${MAX_INPUT_PIXELS / 1e6} megapixels are taken.`;
}
