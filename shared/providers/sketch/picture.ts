// The first input of a request, read and made small enough for its place.
import { buffer } from "node:stream/consumers";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, ProviderRequest } from "../../ports/provider.ts";
import type { Size } from "./rules.ts";
import { loadSharp } from "./sharp.ts";

/** The bytes of the first input; null when the request has none. Throws `fetch_failed` when they are gone. */
export async function readPicture({ inputs }: ProviderRequest, context: CallContext): Promise<Uint8Array | null> {
  if (!inputs?.length || !context.inputs) return null;
  return await buffer(await context.inputs.open(0));
}

export interface Drawn extends Size {
  input: Buffer;
}

/** As it is meant to be seen: turned after its EXIF orientation, on grey where it is transparent, as large as its room allows. */
export async function shrinkPicture(picture: Uint8Array, { width, height }: Size): Promise<Drawn> {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(picture, { limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .resize({ width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)), fit: "inside" })
      .flatten({ background: { r: 128, g: 128, b: 128 } })
      .toColourspace("srgb")
      .png({ compressionLevel: 1 })
      .toBuffer({ resolveWithObject: true });
    return { input: data, width: info.width, height: info.height };
  } catch (cause) {
    throw new AppError("invalid_output", { message: "The input could not be read.", retryable: false, cause });
  }
}

const MAX_PIXELS = 64_000_000;
