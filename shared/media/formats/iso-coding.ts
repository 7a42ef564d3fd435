// How the samples of a video track are coded, and the shape of their pixels. ISO/IEC 14496-12, 8.5.2, 12.1.3 and 12.1.4.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, leave, readVersion } from "./iso-boxes.ts";

/** Of the first sample description; a track may have more. */
export interface Coding {
  /** Four characters, as "avc1". */
  type: string;
  /** Pixels as stored; 0 when the track is not an image. */
  width: number;
  height: number;
  /** Width by height of a pixel; null when it does not say so. */
  aspect: number | null;
}

/** Of the description of an image, behind its box header: where its sides are, and where further boxes begin. */
const SIDES_AT = 24;
const BOXES_AT = 78;

const BOX_HEADER_BYTES = 8;

export function* readCoding(reader: ByteReader, stsd: Box): Parser<Coding> {
  yield* readVersion(reader);
  if ((yield* reader.take(4)).readUInt32BE() === 0) throw damagedVideo("a track does not say how it is coded");
  const coding: Coding = { type: "", width: 0, height: 0, aspect: null };
  if (reader.position + BOX_HEADER_BYTES + SIDES_AT + 4 > stsd.end) return coding;
  // No ordinary box: codings of sound have types that are no text.
  const start = reader.position;
  const header = yield* reader.take(BOX_HEADER_BYTES);
  const entry = { type: header.toString("latin1", 4), end: Math.min(start + header.readUInt32BE(), stsd.end) };
  coding.type = entry.type;
  yield* reader.skip(SIDES_AT);
  const sides = yield* reader.take(4);
  coding.width = sides.readUInt16BE(0);
  coding.height = sides.readUInt16BE(2);
  if (reader.position + BOXES_AT - SIDES_AT - 4 <= entry.end) {
    yield* reader.skip(BOXES_AT - SIDES_AT - 4);
    coding.aspect = yield* readAspect(reader, entry);
  }
  return coding;
}

/** Descriptions of sound, and of other media, have other bytes here: what is no box ends the search. */
function* readAspect(reader: ByteReader, entry: Box): Parser<number | null> {
  let aspect: number | null = null;
  while (entry.end - reader.position >= BOX_HEADER_BYTES) {
    const header = yield* reader.peek(BOX_HEADER_BYTES);
    const bytes = header.length < BOX_HEADER_BYTES ? 0 : header.readUInt32BE();
    if (bytes < BOX_HEADER_BYTES || reader.position + bytes > entry.end) break;
    const box = { type: header.toString("latin1", 4), end: reader.position + bytes };
    yield* reader.skip(BOX_HEADER_BYTES);
    if (box.type === "pasp" && bytes >= BOX_HEADER_BYTES + 8) {
      const spacing = yield* reader.take(8);
      const [across, down] = [spacing.readUInt32BE(0), spacing.readUInt32BE(4)];
      if (across > 0 && down > 0) aspect ??= across / down;
    }
    yield* leave(reader, box);
  }
  return aspect;
}
