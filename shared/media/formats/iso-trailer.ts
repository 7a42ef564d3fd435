// What stands behind a whole MP4 or QuickTime file and is none of its boxes: zeros up to a full block, a note, a tag.
import type { ByteReader, Parser } from "../byte-reader.ts";

const HEADER_BYTES = 8;

/** At top level: ISO/IEC 14496-12, table 1; DASH; QuickTime. */
const known = [
  ...["ftyp", "styp", "moov", "moof", "mfra", "mdat", "imda", "free", "skip", "wide", "uuid", "pdin", "meta", "meco"],
  ...["sidx", "ssix", "prft", "emsg", "udta", "pnot", "PICT"],
];

/** `header`: eight bytes. */
export function isKnownBox(header: Buffer): boolean {
  return header.length < HEADER_BYTES || known.includes(header.toString("latin1", 4));
}

/** Whether the next bytes cannot be a box, or the beginning of one that was cut. */
export function* beginsTrailer(reader: ByteReader, isFragmented: boolean): Parser<boolean> {
  const header = yield* reader.peek(HEADER_BYTES);
  // Of fragments, another one may have been meant to follow, whose first bytes these are.
  if (header.length < HEADER_BYTES) return !isFragmented || (header.length >= 4 && header.every((byte) => byte === 0));
  if (!/^[\x20-\x7e\xa9]{4}$/.test(header.toString("latin1", 4))) return true;
  const size = header.readUInt32BE();
  if (size === 1) return !isKnownBox(header);
  return size < HEADER_BYTES && !(size === 0 && header.toString("latin1", 4) === "mdat");
}
