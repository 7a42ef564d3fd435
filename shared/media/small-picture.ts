// A file's picture, small: for whoever has to see what it shows and nothing more. Of an animation several.

import type { Turn } from "./decode.ts";
import { withoutOverlap } from "./decode.ts";
import { MAX_IMAGE_PIXELS } from "./formats/format.ts";
import { refusal } from "./refusal.ts";

/** Nobody tells more of a picture by its content than at this size. */
export const SMALL_SIDE = 1024;
const QUALITY = 80;
const TIMEOUT_SECONDS = 60;

/** JPEGs as shown, on white; of an animation at most so many, evenly spread. Throws AppError `invalid_output` for what cannot be decoded. */
export async function smallPictures(path: string, { most, turn }: { most: number; turn: Turn }): Promise<Buffer[]> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  const options = { failOn: "error", limitInputPixels: MAX_IMAGE_PIXELS, sequentialRead: true } as const;
  const { pages = 1 } = await sharp(path, options).metadata().catch(asDamaged);
  const count = Math.min(pages, most);
  const made: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const page = Math.floor((i * pages) / count);
    const small = sharp(path, { ...options, page })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .autoOrient()
      .resize(SMALL_SIDE, SMALL_SIDE, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .jpeg({ quality: QUALITY });
    await withoutOverlap(turn, async () => void made.push(await small.toBuffer().catch(asDamaged)));
  }
  return made;
}

/** What takes too long is not the file's fault; nor is a disk's error, which has a code. */
function asDamaged(error: Error & { code?: string }): never {
  if (error.code !== undefined || error.message.startsWith("timeout")) throw error;
  throw refusal("The image cannot be decoded: one of its pictures is damaged.");
}
