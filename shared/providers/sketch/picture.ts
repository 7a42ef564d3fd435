// The first input of a request, made small enough for its place while it is decoded.
import { buffer } from "node:stream/consumers";
import type { Sharp } from "sharp";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, InputAccess, ProviderRequest } from "../../ports/provider.ts";
import type { Size } from "./rules.ts";
import { loadSharp } from "./sharp.ts";

/** Bytes of the file, which are held while it is decoded. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Of a picture that is decoded row by row: it is never held as a whole. */
const MAX_PIXELS = 64_000_000;
/** Of one that is: interlaced PNGs are up to 8 bytes for each pixel, progressive JPEGs up to 6. */
const MAX_PIXELS_HELD = 24_000_000;

export interface Drawn extends Size {
  input: Buffer;
}

/** The picture as large as this room allows. Throws `fetch_failed` when it is gone, `invalid_output` when it cannot be decoded. */
export type Picture = (room: Size) => Promise<Drawn>;

/** Those who open the sources of one job together share what was made of its input. */
export function createPictures(): (request: ProviderRequest, context: CallContext) => Picture | null {
  const known = new WeakMap<InputAccess, Map<string, Promise<Drawn>>>();
  return ({ inputs = [] }, context) => {
    const { inputs: access } = context;
    const [first] = inputs;
    if (!first || !access) return null;
    const made = known.get(access) ?? new Map<string, Promise<Drawn>>();
    known.set(access, made);
    return (room) => {
      const name = `${room.width}x${room.height}`;
      const picture = made.get(name) ?? readPicture(access, first.size, room);
      made.set(name, picture);
      return picture;
    };
  };
}

async function readPicture(access: InputAccess, bytes: number, room: Size): Promise<Drawn> {
  if (bytes > MAX_BYTES) throw refused(`The input has ${bytes} bytes; at most ${MAX_BYTES} are drawn.`);
  return await shrinkPicture(await buffer(await access.open(0)), room);
}

/** As it is meant to be seen: turned after its EXIF orientation, on grey where it is transparent, as large as its room allows. */
async function shrinkPicture(picture: Uint8Array, { width, height }: Size): Promise<Drawn> {
  const sharp = await loadSharp();
  try {
    const decoder = sharp(picture, { limitInputPixels: MAX_PIXELS, sequentialRead: true });
    await requireSmall(decoder);
    const { data, info } = await decoder
      .autoOrient()
      .resize({ width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)), fit: "inside" })
      .flatten({ background: { r: 128, g: 128, b: 128 } })
      .toColourspace("srgb")
      .png({ compressionLevel: 1 })
      .toBuffer({ resolveWithObject: true });
    return { input: data, width: info.width, height: info.height };
  } catch (cause) {
    throw cause instanceof AppError ? cause : refused("The input could not be read.", cause);
  }
}

async function requireSmall(decoder: Sharp): Promise<void> {
  const { width, height, isProgressive } = await decoder.metadata();
  if (!isProgressive || width * height <= MAX_PIXELS_HELD) return;
  throw refused(
    `The input is interlaced or progressive and has ${width} by ${height} pixels; at most ${MAX_PIXELS_HELD / 1e6} megapixels of such are drawn. Save it without, or smaller.`,
  );
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError("invalid_output", { message, retryable: false, cause });
}
