// Whether an image can really be shown: what its structure promises may still be no picture.
import pLimit from "p-limit";
import { type Checked, type CheckOptions, checkMedia } from "./check.ts";
import { MAX_IMAGE_PIXELS } from "./formats/format.ts";
import { refusal } from "./refusal.ts";
import { withSpool } from "./spool.ts";

/** Far more than the largest image takes. */
const TIMEOUT_SECONDS = 120;
const SIDE = 16;

/** An interlaced image of the most pixels takes half a gigabyte while it is decoded: one at a time. */
const oneAtATime = pLimit(1);

/** Waits until it is its user's turn. */
export type Turn = (act: () => Promise<void>) => Promise<void>;

/** In its user's turn, and while nobody else here decodes. */
export function withoutOverlap(turn: Turn, act: () => Promise<void>): Promise<void> {
  return turn(() => oneAtATime(act));
}

/** As `checkMedia`, and images are decoded: the first frame of animated ones. Nothing else is. */
export function checkAndDecode(
  source: AsyncIterable<Uint8Array>,
  options: CheckOptions,
  turn: Turn = (act) => act(),
): Checked {
  const { body, result } = checkMedia(source, options);
  return { body: options.expect === "image" ? decoded(body, turn) : body, result };
}

/**
 * On its way the file is kept, as the decoder wants it from its beginning to its end; on the disk, for large ones must not fill the memory. Its last
 * piece is passed on while it is decoded: whoever takes it has work with it too.
 */
async function* decoded(source: AsyncIterable<Uint8Array>, turn: Turn): AsyncGenerator<Uint8Array> {
  yield* withSpool(async function* (spool) {
    const image = spool.open("image");
    let last: Uint8Array | null = null;
    for await (const chunk of source) {
      if (last) yield last;
      await image.add(chunk);
      last = chunk;
    }
    const whole = await image.end();
    const decoding = withoutOverlap(turn, () => decode("path" in whole ? whole.path : Buffer.concat(whole.chunks)));
    const settled = decoding.catch(() => {});
    try {
      if (last) yield last;
    } finally {
      // What it reads goes with the spool.
      await settled;
    }
    await decoding;
  });
}

/** The whole of the first frame is read; only as much of it is kept as can be thrown away cheaply. */
async function decode(file: string | Buffer): Promise<void> {
  const { default: sharp } = await import("sharp");
  // Every file is read once.
  sharp.cache(false);
  // What decoders only warn of is shown everywhere.
  const picture = sharp(file, { failOn: "error", limitInputPixels: MAX_IMAGE_PIXELS, sequentialRead: true });
  const small = picture.resize(SIDE, SIDE, { fit: "fill" }).timeout({ seconds: TIMEOUT_SECONDS });
  await small
    .raw()
    .toBuffer()
    .catch(() => {
      throw refusal("The image cannot be decoded: its header is sound, its picture is not.");
    });
}
