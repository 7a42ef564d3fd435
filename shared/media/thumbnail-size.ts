// Which pictures are small enough to stand where a thumbnail would.
export const THUMBNAIL_SIDE = 512;

const MOST_BYTES = 128 * 1024;

export interface Measured {
  type: string;
  /** Bytes. */
  size: number;
  /** Pixels. */
  width: number | null;
  height: number | null;
}

export function isSmallPicture({ type, size, width, height }: Measured): boolean {
  if (type !== "image" || width === null || height === null) return false;
  return size <= MOST_BYTES && Math.max(width, height) <= THUMBNAIL_SIDE;
}
