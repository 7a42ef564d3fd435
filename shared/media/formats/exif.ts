// The one thing in EXIF that decides how a picture is shown: its orientation. CIPA DC-008 (Exif 2.32), 4.6.4, in the shape of TIFF 6.0.
import type { ByteReader, Parser } from "../byte-reader.ts";
import type { Sides } from "./format.ts";

/** A JPEG segment has no more, and writers put the orientation in front. */
export const MAX_EXIF_BYTES = 64 * 1024;

const ORIENTATION = 0x0112;
const ENTRY_BYTES = 12;

/** Reads `bytes` of EXIF and returns its orientation, 1 to 8; 1 when it says nothing that can be read. */
export function* readOrientation(reader: ByteReader, bytes: number): Parser<number> {
  reader.aside(bytes);
  const kept: Buffer[] = [];
  let room = MAX_EXIF_BYTES;
  yield* reader.pieces(bytes, (piece) => {
    kept.push(Buffer.from(piece.subarray(0, room)));
    room -= Math.min(room, piece.length);
  });
  return orientationOf(Buffer.concat(kept));
}

/** `exif` may begin with "Exif" and two zeros, as in a JPEG: many writers of WebP leave them there. */
export function orientationOf(exif: Buffer): number {
  const tiff = exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
  const order = tiff.toString("latin1", 0, 4);
  if (order !== "II*\0" && order !== "MM\0*") return 1;
  const value = readEntry(tiff, order === "II*\0");
  return value >= 1 && value <= 8 ? value : 1;
}

/** The orientation's entry in the first directory; 0 without one. Some write it as a byte or as 32 bits, and are understood everywhere. */
function readEntry(tiff: Buffer, isLittle: boolean): number {
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = tiff.length < 8 ? tiff.length : long(4);
  if (directory + 2 > tiff.length) return 0;
  const end = Math.min(tiff.length - ENTRY_BYTES, directory + 2 + ENTRY_BYTES * (short(directory) - 1));
  for (let at = directory + 2; at <= end; at += ENTRY_BYTES) {
    if (short(at) !== ORIENTATION) continue;
    const type = short(at + 2);
    if (type === 1) return tiff.readUInt8(at + 8);
    return type === 4 ? long(at + 8) : short(at + 8);
  }
  return 0;
}

/** 5 to 8 turn the picture by a quarter, and perhaps mirror it. */
export function turned({ width, height }: Sides, orientation: number): Sides {
  return orientation > 4 ? { width: height, height: width } : { width, height };
}
