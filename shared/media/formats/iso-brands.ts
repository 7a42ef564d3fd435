// Which of the many files that begin with a file type box are videos that we keep. ISO/IEC 14496-12, 4.3.

/** Brands of MP4 videos; all brands are registered at https://mp4ra.org/registered-types/brands */
const mp4Brands = [
  ...["isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc"],
  ...["mp41", "mp42", "avc1", "M4V ", "M4VH", "M4VP", "MSNV", "dash", "cmfc", "cmf2"],
];

/** Files whose first brand is one of these are something else, even where they name a video's brand behind it. */
const otherBrands: Record<string, string> = {
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

/** QuickTime files older than the file type box begin with one of these; `wide` and `free` keep room for a larger mdat. */
const oldFirstBoxes = ["moov", "mdat", "wide", "free", "skip", "pnot"];

export function isMp4(head: Buffer): boolean {
  const brands = brandsOf(head);
  const [first = QUICKTIME_BRAND] = brands;
  if (first === QUICKTIME_BRAND || Object.hasOwn(otherBrands, first)) return false;
  return brands.some((brand) => mp4Brands.includes(brand));
}

export function isQuickTime(head: Buffer): boolean {
  return brandsOf(head)[0] === QUICKTIME_BRAND || oldFirstBoxes.includes(head.toString("latin1", 4, 8));
}

/** What such a file is if it is none of ours; null if it has no brands. */
export function describeBrands(head: Buffer): string | null {
  const [first] = brandsOf(head);
  if (first === undefined) return null;
  return Object.hasOwn(otherBrands, first) ? (otherBrands[first] ?? null) : "an MP4-like file of another brand";
}

/** The first brand, then those that the file is compatible with; between them stands a version. */
function brandsOf(head: Buffer): string[] {
  if (head.length < 16 || head.toString("latin1", 4, 8) !== "ftyp") return [];
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [head.toString("latin1", 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString("latin1", at, at + 4));
  return brands;
}
