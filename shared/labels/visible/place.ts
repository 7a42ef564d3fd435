// Where the label is put, and how large it is: in the corner at the bottom right of what is shown.

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

/** GB 45438-2025, 5.2 and 5.4: characters as high as 5 % of the shortest side at least. That it is their ink makes it true however height is meant. */
const INK_SHARE = 0.05;
/** Smaller letters are no letters. */
const MIN_INK = 10;
const MARGIN_SHARE = 0.02;

export function inkHeightFor({ width, height }: Size): number {
  return Math.max(MIN_INK, Math.ceil(INK_SHARE * Math.min(width, height)));
}

/** Null when it is larger than the picture. Where there is no room for a margin, it is smaller. */
export function placeOf(shown: Size, label: Size): Box | null {
  if (label.width > shown.width || label.height > shown.height) return null;
  const margin = Math.round(MARGIN_SHARE * Math.min(shown.width, shown.height));
  const left = shown.width - label.width - Math.min(margin, shown.width - label.width);
  const top = shown.height - label.height - Math.min(margin, shown.height - label.height);
  return { left, top, width: label.width, height: label.height };
}

/** Where a pixel of what is shown stands in the file. `orientation`: EXIF 2.32, tag 0x0112; from 5 on, sides are swapped. */
export function storedAt(orientation: number, { width, height }: Size, x: number, y: number): [x: number, y: number] {
  const [right, bottom] = [width - 1 - x, height - 1 - y];
  switch (orientation) {
    case 2:
      return [right, y];
    case 3:
      return [right, bottom];
    case 4:
      return [x, bottom];
    case 5:
      return [y, x];
    case 6:
      return [y, right];
    case 7:
      return [bottom, right];
    case 8:
      return [bottom, x];
    default:
      return [x, y];
  }
}

/** The part of the file that a part of what is shown comes from. */
export function storedBox(orientation: number, shown: Size, { left, top, width, height }: Box): Box {
  const [x1, y1] = storedAt(orientation, shown, left, top);
  const [x2, y2] = storedAt(orientation, shown, left + width - 1, top + height - 1);
  const swapped = orientation >= 5;
  return {
    left: Math.min(x1, x2),
    top: Math.min(y1, y2),
    width: swapped ? height : width,
    height: swapped ? width : height,
  };
}
