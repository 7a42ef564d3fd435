// WebP: RFC 9649 (container, VP8L) and RFC 6386 (VP8).
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";
import { readOrientation, turned } from "./exif.ts";
import {
  type Animation,
  addFrame,
  animationMs,
  checkImageSides,
  checkSides,
  type Facts,
  type Format,
  MAX_TRAILER_BYTES,
  type Sides,
} from "./format.ts";

export const webp: Format = {
  name: "a WebP image",
  kind: "image",
  extension: "webp",
  matches: (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP",
  parse,
};

interface Chunk {
  type: string;
  /** Where its payload ends, before the padding. */
  end: number;
}

interface Canvas extends Sides {
  isAnimated: boolean;
  hasExif: boolean;
}

function* parse(reader: ByteReader): Parser<Facts> {
  const riff = yield* reader.take(12);
  const end = 8 + riff.readUInt32LE(4);
  reader.promise(end);
  const first = yield* readChunk(reader, end);
  const facts = yield* first.type === "VP8X" ? readExtended(reader, first, end) : readSimple(reader, first, end);
  // RFC 9649, 2.3: "Readers MAY ignore trailing data."
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return facts;
}

function* readSimple(reader: ByteReader, first: Chunk, end: number): Parser<Facts> {
  const sides = yield* readBitstream(reader, first);
  yield* leave(reader, first, end);
  yield* eachChunk(reader, end, function* () {});
  return { ...sides, durationMs: null };
}

function* readExtended(reader: ByteReader, first: Chunk, end: number): Parser<Facts> {
  const canvas = yield* readCanvas(reader);
  yield* leave(reader, first, end);
  const animation: Animation = { frames: 0, sumMs: 0 };
  let orientation: number | null = null;
  yield* eachChunk(reader, end, function* (chunk) {
    if (chunk.type === "EXIF" && canvas.hasExif) {
      const found = yield* readOrientation(reader, chunk.end - reader.position);
      orientation ??= found;
    } else if (chunk.type === "EXIF" || chunk.type === "XMP ") {
      reader.aside(chunk.end - reader.position);
    } else if (canvas.isAnimated && chunk.type === "ANMF") {
      addFrame(animation, yield* readFrame(reader, chunk, canvas));
    } else if (!canvas.isAnimated && isBitstream(chunk)) {
      checkFills(yield* readBitstream(reader, chunk), canvas);
      animation.frames += 1;
    }
  });
  if (animation.frames === 0) throw damaged("WebP", "it has no image");
  const durationMs = canvas.isAnimated ? animationMs(animation) : null;
  return { ...turned(canvas, orientation ?? 1), durationMs };
}

function* readCanvas(reader: ByteReader): Parser<Canvas> {
  const fields = yield* reader.take(10);
  const sides = checkImageSides(1 + fields.readUIntLE(4, 3), 1 + fields.readUIntLE(7, 3));
  const flags = fields.readUInt8(0);
  return { ...sides, isAnimated: (flags & 0x02) !== 0, hasExif: (flags & 0x08) !== 0 };
}

/** Returns how long the frame stands, in milliseconds. */
function* readFrame(reader: ByteReader, frame: Chunk, canvas: Canvas): Parser<number> {
  const fields = yield* reader.take(16);
  const sides = checkSides(1 + fields.readUIntLE(6, 3), 1 + fields.readUIntLE(9, 3));
  const isInside =
    2 * fields.readUIntLE(0, 3) + sides.width <= canvas.width &&
    2 * fields.readUIntLE(3, 3) + sides.height <= canvas.height;
  if (!isInside) throw damaged("WebP", "a frame lies outside of the canvas");
  const durationMs = fields.readUIntLE(12, 3);
  let hasImage = false;
  yield* eachChunk(reader, frame.end, function* (chunk) {
    if (!isBitstream(chunk)) return;
    checkFills(yield* readBitstream(reader, chunk), sides);
    hasImage = true;
  });
  if (!hasImage) throw damaged("WebP", "a frame has no image");
  return durationMs;
}

function isBitstream(chunk: Chunk): boolean {
  return chunk.type === "VP8 " || chunk.type === "VP8L";
}

function checkFills(image: Sides, place: Sides): void {
  const fills = image.width === place.width && image.height === place.height;
  if (!fills) throw damaged("WebP", "an image has not the size of its place");
}

function* readBitstream(reader: ByteReader, chunk: Chunk): Parser<Sides> {
  if (chunk.type === "VP8 ") return yield* readLossy(reader, chunk);
  if (chunk.type === "VP8L") return yield* readLossless(reader);
  throw damaged("WebP", "it does not begin with an image");
}

/** RFC 6386, 9.1: a key frame, its start code, and a first partition that lies within the chunk. */
function* readLossy(reader: ByteReader, chunk: Chunk): Parser<Sides> {
  const fields = yield* reader.take(10);
  const tag = fields.readUIntLE(0, 3);
  const isKeyFrame = (tag & 1) === 0 && fields.readUIntBE(3, 3) === 0x9d012a;
  if (!isKeyFrame || reader.position + (tag >>> 5) > chunk.end)
    throw damaged("WebP", "its image data has no valid header");
  return checkImageSides(fields.readUInt16LE(6) & 0x3fff, fields.readUInt16LE(8) & 0x3fff);
}

/** RFC 9649, 3.4: a signature, 14 bits for each side less one, and version 0. */
function* readLossless(reader: ByteReader): Parser<Sides> {
  const fields = yield* reader.take(5);
  const bits = fields.readUInt32LE(1);
  if (fields.readUInt8(0) !== 0x2f || bits >>> 29 !== 0) throw damaged("WebP", "its image data has no valid header");
  return checkImageSides(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
}

function* eachChunk(reader: ByteReader, end: number, visit: (chunk: Chunk) => Parser<void>): Parser<void> {
  while (reader.position < end) {
    const chunk = yield* readChunk(reader, end);
    yield* visit(chunk);
    yield* leave(reader, chunk, end);
  }
}

function* readChunk(reader: ByteReader, end: number): Parser<Chunk> {
  const header = yield* reader.take(8);
  const chunk = { type: header.toString("latin1", 0, 4), end: reader.position + header.readUInt32LE(4) };
  if (chunk.end > end) throw damaged("WebP", "a chunk reaches beyond what holds it");
  return chunk;
}

/** RFC 9649, 2.3: a chunk of odd size is padded by one byte; some writers leave it out behind the last chunk. */
function* leave(reader: ByteReader, chunk: Chunk, end: number): Parser<void> {
  if (reader.position > chunk.end) throw damaged("WebP", "a chunk is too short for what it holds");
  yield* reader.skip(chunk.end - reader.position);
  if (chunk.end < end) yield* reader.skip(reader.position % 2);
}
