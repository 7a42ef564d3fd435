// PNG and its animated form: https://www.w3.org/TR/png-3/
import { crc32 } from "node:zlib";
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";
import { MAX_EXIF_BYTES, orientationOf, turned } from "./exif.ts";
import {
  type Animation,
  addFrame,
  animationMs,
  checkImageSides,
  type Facts,
  type Format,
  MAX_TRAILER_BYTES,
  type Sides,
} from "./format.ts";

export const png: Format = {
  name: "a PNG image",
  kind: "image",
  extension: "png",
  matches: (head) => head.subarray(0, 8).equals(signature),
  parse,
};

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** 5.3: "the length … must not exceed 2^31-1". */
const MAX_CHUNK_BYTES = 2 ** 31 - 1;

const FRAME_CONTROL_BYTES = 26;

/** 11.2.1: the bit depths that a colour type allows. */
const bitDepths: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const PALETTE_COLOUR = 3;

const EXIF = "eXIf";
/** What tells of the picture: prompts, workflows, notes, XMP. */
const texts = ["tEXt", "zTXt", "iTXt", EXIF];

interface Chunk {
  type: string;
  length: number;
  /** The first bytes of its data, as many as IHDR and fcTL have; of EXIF, all that is looked at. */
  head: Buffer;
}

function* parse(reader: ByteReader): Parser<Facts> {
  yield* reader.skip(signature.length);
  const header = yield* readChunk(reader);
  const sides = readHeader(header);
  const { animation, orientation } = yield* readChunks(reader, header.head[9] === PALETTE_COLOUR);
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return { ...turned(sides, orientation), durationMs: animationMs(animation) };
}

/** Every checksum is compared, so damage anywhere is found. */
function* readChunk(reader: ByteReader): Parser<Chunk> {
  const start = yield* reader.take(8);
  const length = start.readUInt32BE();
  const type = start.toString("latin1", 4);
  if (length > MAX_CHUNK_BYTES || !/^[A-Za-z]{4}$/.test(type)) throw damaged("PNG", "a chunk has no valid header");
  if (texts.includes(type)) reader.aside(length);
  let checksum = crc32(start.subarray(4));
  const head: Buffer[] = [];
  let room = type === EXIF ? MAX_EXIF_BYTES : FRAME_CONTROL_BYTES;
  yield* reader.pieces(length, (piece) => {
    checksum = crc32(piece, checksum);
    if (room > 0) head.push(Buffer.from(piece.subarray(0, room)));
    room -= Math.min(room, piece.length);
  });
  if ((yield* reader.take(4)).readUInt32BE() !== checksum) throw damaged("PNG", "a checksum does not match");
  return { type, length, head: Buffer.concat(head) };
}

function readHeader({ type, length, head }: Chunk): Sides {
  if (type !== "IHDR" || length !== 13) throw damaged("PNG", "it does not begin with its header");
  const isKnown = bitDepths[head.readUInt8(9)]?.includes(head.readUInt8(8));
  const isPlain = head.readUInt8(10) === 0 && head.readUInt8(11) === 0 && head.readUInt8(12) <= 1;
  if (!isKnown || !isPlain) throw damaged("PNG", "its header names a coding that does not exist");
  return checkImageSides(head.readUInt32BE(0), head.readUInt32BE(4));
}

interface Shown {
  animation: Animation;
  orientation: number;
}

/** What animates or turns the picture counts before its data, where decoders look for it; of two the first. */
function* readChunks(reader: ByteReader, needsPalette: boolean): Parser<Shown> {
  const animation: Animation = { frames: 0, sumMs: 0 };
  let orientation: number | null = null;
  let isAnimated = false;
  let hasPalette = false;
  let dataBytes = 0;
  for (;;) {
    const chunk = yield* readChunk(reader);
    if (chunk.type === "IEND") break;
    if (chunk.type === "PLTE") hasPalette = true;
    else if (chunk.type === "IDAT") dataBytes += chunk.length;
    else if (chunk.type === "acTL") isAnimated ||= dataBytes === 0;
    else if (chunk.type === "fcTL" && isAnimated) addFrame(animation, delayOf(chunk));
    else if (chunk.type === EXIF && dataBytes === 0) orientation ??= orientationOf(chunk.head);
    else if (isCritical(chunk)) throw damaged("PNG", "it has a chunk that no decoder knows");
    if (dataBytes > 0 && needsPalette && !hasPalette) throw damaged("PNG", "its palette is missing");
  }
  if (dataBytes === 0) throw damaged("PNG", "it has no image data");
  return { animation, orientation: orientation ?? 1 };
}

/** 11.3.6.2: a denominator of 0 means hundredths of a second. */
function delayOf({ length, head }: Chunk): number {
  if (length !== FRAME_CONTROL_BYTES) throw damaged("PNG", "a frame of its animation has no valid header");
  return (1000 * head.readUInt16BE(20)) / (head.readUInt16BE(22) || 100);
}

/** 5.4: a first letter in upper case means that the image cannot be shown without the chunk. */
function isCritical({ type }: Chunk): boolean {
  return type < "a";
}
