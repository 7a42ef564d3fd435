// Laying the label over a part of a picture, pixel by pixel, in the depth that the picture has.
import { type Box, type Size, storedAt } from "./place.ts";
import type { Tag } from "./tag.ts";

/** A part of a picture as it stands in the file: red, green, blue, and alpha where there is one. */
export interface Part extends Box {
  channels: number;
  samples: Uint8Array | Uint16Array;
}

/** Writes the part as it is with the label over it. */
export function blend(part: Part, tag: Tag, place: Box, shown: Size, orientation: number): void {
  const most = part.samples instanceof Uint16Array ? 65_535 : 255;
  for (let y = 0; y < tag.height; y++) {
    for (let x = 0; x < tag.width; x++) {
      const [column, row] = storedAt(orientation, shown, place.left + x, place.top + y);
      const at = ((row - part.top) * part.width + (column - part.left)) * part.channels;
      blendPixel(part, at, tag.pixels.subarray(4 * (y * tag.width + x)), most);
    }
  }
}

function blendPixel(
  { samples, channels }: Part,
  at: number,
  [red = 0, green = 0, blue = 0, a = 0]: Buffer,
  most: number,
) {
  const over = a / 255;
  const under = (1 - over) * (channels === 4 ? (samples[at + 3] ?? 0) / most : 1);
  const alpha = over + under;
  if (over === 0) return;
  for (const [i, colour] of [red, green, blue].entries()) {
    samples[at + i] = Math.round(((colour / 255) * most * over + (samples[at + i] ?? 0) * under) / alpha);
  }
  if (channels === 4) samples[at + 3] = Math.round(alpha * most);
}
