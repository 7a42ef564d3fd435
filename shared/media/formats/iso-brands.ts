// Names of files that begin with a file type box, for messages: whether one is a video is decided by what it holds. ISO/IEC 14496-12, 4.3.

const names: Record<string, string> = {
  avif: "an AVIF image",
  avis: "an AVIF image",
  heic: "a HEIC image",
  heix: "a HEIC image",
  heim: "a HEIC image",
  heis: "a HEIC image",
  hevc: "a HEIC image",
  hevx: "a HEIC image",
  mif1: "a HEIF image",
  mif2: "a HEIF image",
  msf1: "a HEIF image",
  miaf: "a HEIF image",
  "jp2 ": "a JPEG 2000 image",
  "jpx ": "a JPEG 2000 image",
  "jxl ": "a JPEG XL image",
  "crx ": "a raw photo",
  "M4A ": "an audio file",
  "M4B ": "an audio file",
  "M4P ": "an audio file",
};

const QUICKTIME_BRAND = "qt  ";

/** What may stand before the file type box, or, in QuickTime files older than it, in its place. */
const otherFirstBoxes = ["moov", "mdat", "wide", "free", "skip", "pnot", "uuid", "pdin"];

export function isMp4(head: Buffer): boolean {
  const brand = brandOf(head);
  return brand !== null && !isQuickTimeBrand(brand);
}

/** Unless a file type box that follows says otherwise. */
export function isQuickTime(head: Buffer): boolean {
  return brandOf(head) === QUICKTIME_BRAND || otherFirstBoxes.includes(head.toString("latin1", 4, 8));
}

export function isQuickTimeBrand(brand: string): boolean {
  return brand === QUICKTIME_BRAND;
}

/** What a file of this brand is when it holds no video; null when the brand does not tell. */
export function nameOfBrand(brand: string | null): string | null {
  return brand !== null && Object.hasOwn(names, brand) ? (names[brand] ?? null) : null;
}

/** The first brand; null without a file type box in front. */
export function brandOf(head: Buffer): string | null {
  return head.length >= 12 && head.toString("latin1", 4, 8) === "ftyp" ? head.toString("latin1", 8, 12) : null;
}
