// JPEG: ITU-T T.81, annex B. Only what browsers show: baseline, extended and progressive, Huffman coded.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged, refusal } from "../refusal.ts";
import { readOrientation, turned } from "./exif.ts";
import { checkImageSides, type Facts, type Format, MAX_TRAILER_BYTES, type Sides } from "./format.ts";

export const jpeg: Format = {
  name: "a JPEG image",
  kind: "image",
  extension: "jpg",
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  parse,
};

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const TEMPORARY = 0x01;
const START_OF_SCAN = 0xda;
const APP1 = 0xe1;

/** What tells of the picture begins an APP1 segment with one of these: Exif 2.32, 4.7.2; XMP, part 3, 1.1.3. */
const EXIF = "Exif\0\0";
const XMP = "http://ns.adobe.com/x";

function* parse(reader: ByteReader): Parser<Facts> {
  yield* reader.skip(2);
  let sides: Sides | null = null;
  let orientation: number | null = null;
  let hasScan = false;
  let marker = yield* nextMarker(reader);
  while (marker !== END_OF_IMAGE) {
    if (marker === START_OF_SCAN) {
      if (!sides) throw damaged("JPEG", "image data comes before the image's size");
      marker = yield* skipScan(reader);
      hasScan = true;
      continue;
    }
    if (marker === APP1) {
      const found: number | null = yield* readApp1(reader);
      // The first one counts.
      orientation ??= found;
    } else if (!isFrame(marker)) yield* skipSegment(reader);
    else if (sides) throw damaged("JPEG", "it states its size twice");
    else sides = yield* readFrame(reader);
    marker = yield* nextMarker(reader);
  }
  if (!sides || !hasScan) throw damaged("JPEG", "it has no image data");
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return { ...turned(sides, orientation ?? 1), durationMs: null };
}

/**
 * B.1.1.2: "Any marker may optionally be preceded by any number of fill bytes", 0xFF. Some writers leave other bytes between two segments, and
 * every decoder skips those, too, with 0xFF00 and the markers that stand alone.
 */
function* nextMarker(reader: ByteReader): Parser<number> {
  for (;;) {
    yield* reader.skipPast(0xff);
    const marker = yield* skipFill(reader);
    if (marker === 0 || marker === TEMPORARY || isRestart(marker)) continue;
    if (marker < 0xc0 || marker === START_OF_IMAGE) throw damaged("JPEG", "a marker stands where none may be");
    return marker;
  }
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function* skipFill(reader: ByteReader): Parser<number> {
  let value = yield* reader.byte();
  while (value === 0xff) value = yield* reader.byte();
  return value;
}

function* segmentBytes(reader: ByteReader): Parser<number> {
  const bytes = (yield* reader.take(2)).readUInt16BE() - 2;
  if (bytes < 0) throw damaged("JPEG", "a segment has no valid length");
  return bytes;
}

function* skipSegment(reader: ByteReader): Parser<void> {
  yield* reader.skip(yield* segmentBytes(reader));
}

/** The orientation, where it is EXIF. */
function* readApp1(reader: ByteReader): Parser<number | null> {
  const bytes = yield* segmentBytes(reader);
  const start = (yield* reader.peek(Math.min(bytes, XMP.length))).toString("latin1");
  if (start.startsWith(EXIF)) return yield* readOrientation(reader, bytes);
  if (start === XMP) reader.aside(bytes);
  yield* reader.skip(bytes);
  return null;
}

/** The markers SOF0 to SOF15; C4, C8 and CC lie between them and mean something else. */
function isFrame(marker: number): boolean {
  if (marker < 0xc0 || marker > 0xcf || marker === 0xc4 || marker === 0xc8 || marker === 0xcc) return false;
  if (marker > 0xc2) throw refusal("The JPEG file is coded in a way that browsers do not show.");
  return true;
}

function* readFrame(reader: ByteReader): Parser<Sides> {
  const bytes = yield* segmentBytes(reader);
  const frame = yield* reader.take(6);
  const components = frame.readUInt8(5);
  if (components === 0 || bytes !== 6 + 3 * components) throw damaged("JPEG", "its frame header has the wrong length");
  const sides = checkImageSides(frame.readUInt16BE(3), frame.readUInt16BE(1));
  yield* reader.skip(3 * components);
  return sides;
}

/** Returns the marker behind the scan. B.1.1.5: within it, 0xFF is followed by 0 or is a restart marker. */
function* skipScan(reader: ByteReader): Parser<number> {
  yield* skipSegment(reader);
  const start = reader.position;
  for (;;) {
    yield* reader.skipPast(0xff);
    const isEmpty = reader.position === start + 1;
    const marker = yield* skipFill(reader);
    if (marker === 0 || isRestart(marker)) continue;
    if (isEmpty) throw damaged("JPEG", "it has no image data");
    if (marker < 0xc0 || marker === START_OF_IMAGE) throw damaged("JPEG", "a marker stands where none may be");
    return marker;
  }
}
