// Pictures to draw on, and what can be measured of them afterwards.
import sharp, { type Raw, type Sharp } from "sharp";

export interface Size {
  width: number;
  height: number;
}

/** Stripes of all colours; with `alpha`, clearer to the left. */
export function stripes({ width, height }: Size, { alpha = false, pages = 1 } = {}): Sharp {
  const channels = alpha ? 4 : 3;
  const pixels = Buffer.alloc(width * height * pages * channels);
  for (let i = 0; i < width * height * pages; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const colour = colours[((x + y + 7 * Math.floor(y / height)) >> 4) % colours.length] ?? [];
    pixels.set(alpha ? [...colour, Math.floor((255 * x) / width)] : colour, i * channels);
  }
  return sharp(pixels, { raw: rawOf({ width, height }, channels, pages) });
}

/** One grey, so that the label is all that there is to be seen. */
export function plain({ width, height }: Size, grey = 128, pages = 1): Sharp {
  const pixels = Buffer.alloc(width * height * pages * 3, grey);
  return sharp(pixels, { raw: rawOf({ width, height }, 3, pages) });
}

function rawOf({ width, height }: Size, channels: 3 | 4, pages: number): Raw {
  return { width, height: height * pages, channels, ...(pages > 1 ? { pageHeight: height } : {}) };
}

const colours = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [255, 255, 255],
  [0, 0, 0],
];

export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The smallest box, its right and bottom edge included, that holds every pixel of which this is true; null for none. */
export function boundsOf({ width, height }: Size, isIn: (x: number, y: number) => boolean): Bounds | null {
  const bounds = { left: width, top: height, right: -1, bottom: -1 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isIn(x, y)) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
  }
  return bounds.right < 0 ? null : bounds;
}

/** Samples as they stand in the file; of an animation, its pictures one below the other. */
export async function samplesOf(file: Uint8Array) {
  const { depth, pages = 1, pageHeight, height } = await sharp(file, { animated: true }).metadata();
  const is16 = depth === "ushort";
  const picture = sharp(file, { animated: true }).keepIccProfile();
  const { data, info } = await (is16 ? picture.toColourspace("rgb16") : picture)
    .raw(is16 ? { depth: "ushort" } : {})
    .toBuffer({ resolveWithObject: true });
  const samples = is16 ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { samples, width: info.width, height: pageHeight ?? height, channels: info.channels, pages };
}

/** Where two files of the same sides differ: one box for all pictures. */
export async function differenceOf(before: Uint8Array, after: Uint8Array): Promise<Bounds | null> {
  const [one, other] = [await samplesOf(before), await samplesOf(after)];
  if (one.samples.length !== other.samples.length) throw new Error("they do not have as many samples");
  const { width, height, channels, pages } = one;
  return boundsOf({ width, height }, (x, y) => {
    for (let page = 0; page < pages; page++) {
      const at = ((page * height + y) * width + x) * channels;
      for (let i = at; i < at + channels; i++) if (one.samples[i] !== other.samples[i]) return true;
    }
    return false;
  });
}
