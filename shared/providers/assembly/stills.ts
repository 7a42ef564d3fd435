// A still as a shot: cut or laid to the film's shape by sharp, moved by ffmpeg.
import path from "node:path";
import type { Sharp } from "sharp";
import { AppError } from "../../errors/app-error.ts";
import type { Fit, FrameSize, Motion } from "../../ports/assembly.ts";
import { toHd } from "./form.ts";
import { loadSharp } from "./sharp.ts";
import type { Work } from "./work.ts";

/** How far it moves, as a share of the picture; a long shot goes no faster than a short one. */
export const REACH = 0.14;
/** What moves is read from a picture of twice the size, in whole colours: so it does not tremble. */
const FINER = 2;
const MAX_PIXELS = 64_000_000;

/** Writes a PNG that `moving` reads. */
export async function prepareStill(
  work: Work,
  input: number,
  { fit, motion, size }: { fit: Fit; motion: Motion; size: FrameSize },
  to: string,
): Promise<void> {
  const name = await work.bring(input);
  const scale = motion === "still" ? 1 : FINER;
  const room = { width: size.width * scale, height: size.height * scale };
  const picture = await inFrame(path.join(work.folder, name), room, fit);
  await picture.png({ compressionLevel: 1 }).toFile(path.join(work.folder, to));
  work.signal.throwIfAborted();
}

/** The picture as large as the frame. Where its edges go, what draws the eye stays. */
export async function inFrame(file: string | Buffer, room: FrameSize, fit: Fit): Promise<Sharp> {
  const sharp = await loadSharp();
  try {
    const upright = await sharp(file, { limitInputPixels: MAX_PIXELS, sequentialRead: true })
      .autoOrient()
      .flatten({ background: { r: 16, g: 16, b: 16 } })
      .toColourspace("srgb")
      .resize({ ...room, fit: fit === "cover" ? "outside" : "inside" })
      .png({ compressionLevel: 1 })
      .toBuffer();
    if (fit === "cover") return sharp(upright).resize({ ...room, fit: "cover", position: sharp.strategy.attention });
    const behind = await sharp(upright)
      .resize({ ...room, fit: "cover" })
      .blur(Math.max(2, room.width / 40))
      .modulate({ brightness: 0.6 })
      .png({ compressionLevel: 1 })
      .toBuffer();
    return sharp(behind).composite([{ input: upright, gravity: "centre" }]);
  } catch (cause) {
    throw new AppError("invalid_output", { message: "A picture could not be read.", retryable: false, cause });
  }
}

/** A filter of the prepared PNG that gives so many frames. */
export function moving(motion: Motion, frames: number, { width, height }: FrameSize): string {
  const last = Math.max(1, frames - 1);
  const grown = `1+${REACH}*on/${last}`;
  const middle = { x: "iw/2-iw/zoom/2", y: "ih/2-ih/zoom/2" };
  // Whole pixels of the larger picture, from frame to frame.
  const step = Math.max(1, Math.floor((FINER * width * (1 - 1 / (1 + REACH))) / last));
  const away = Math.floor(FINER * width * (1 - 1 / (1 + REACH)));
  const ways: Readonly<Record<Motion, { z: string; x: string; y: string }>> = {
    still: { z: "1", x: "0", y: "0" },
    in: { z: grown, ...middle },
    out: { z: `${1 + REACH}-${REACH}*on/${last}`, ...middle },
    left: { z: `${1 + REACH}`, x: `max(0,${away}-${step}*on)`, y: middle.y },
    right: { z: `${1 + REACH}`, x: `min(${away},${step}*on)`, y: middle.y },
  };
  const { z, x, y } = ways[motion];
  const colours = motion === "still" ? "yuv420p" : "yuv444p";
  const zoom = `zoompan=z='${z}':x='${x}':y='${y}':d=${frames}:s=${width}x${height}:fps=24`;
  return `scale=${toHd},format=${colours},${zoom},setsar=1,format=yuv420p`;
}
