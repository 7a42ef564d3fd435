// JPEG: ITU-T T.81, annex B. Only what browsers show: baseline, extended and progressive, Huffman coded.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged, refusal } from "../refusal.ts";
import { checkSides, type Facts, type Format, type Sides } from "./format.ts";

export const jpeg: Format = {
  name: "a JPEG image",
  kind: "image",
  extension: "jpg",
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  parse,
};

/** Phones append more behind the image: the gain map of an HDR photo, a preview, a clip of a few seconds. */
const MAX_TRAILER_BYTES = 16 * 1024 * 1024;

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;

/** Width and height are as stored: an orientation in EXIF is not applied. */
function* parse(reader: ByteReader): Parser<Facts> {
  yield* reader.skip(2);
  let sides: Sides | null = null;
  let hasScan = false;
  let marker = yield* nextMarker(reader);
  while (marker !== END_OF_IMAGE) {
    if (marker === START_OF_SCAN) {
      if (!sides) throw damaged("JPEG", "image data comes before the image's size");
      marker = yield* skipScan(reader);
      hasScan = true;
      continue;
    }
    if (!isFrame(marker)) yield* skipSegment(reader);
    else if (sides) throw damaged("JPEG", "it states its size twice");
    else sides = yield* readFrame(reader);
    marker = yield* nextMarker(reader);
  }
  if (!sides || !hasScan) throw damaged("JPEG", "it has no image data");
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return { ...sides, durationMs: null };
}

/** B.1.1.2: "Any marker may optionally be preceded by any number of fill bytes", 0xFF. */
function* nextMarker(reader: ByteReader): Parser<number> {
  if ((yield* reader.byte()) !== 0xff) throw damaged("JPEG", "a segment does not end where it says");
  const marker = yield* skipFill(reader);
  const isReserved = marker < 0xc0 || (marker >= 0xd0 && marker <= START_OF_IMAGE);
  if (isReserved) throw damaged("JPEG", "a marker stands where none may be");
  return marker;
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
  const sides = checkSides(frame.readUInt16BE(3), frame.readUInt16BE(1));
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
    if (marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    if (isEmpty) throw damaged("JPEG", "it has no image data");
    if (marker < 0xc0 || marker === START_OF_IMAGE) throw damaged("JPEG", "a marker stands where none may be");
    return marker;
  }
}
