// GIF 87a and 89a: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";
import {
  type Animation,
  addFrame,
  animationMs,
  checkImageSides,
  checkSides,
  type Facts,
  type Format,
  MAX_TRAILER_BYTES,
} from "./format.ts";

export const gif: Format = {
  name: "a GIF image",
  kind: "image",
  extension: "gif",
  matches: (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6)),
  parse,
};

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;

const COMMENT = 0xfe;
const APPLICATION = 0xff;
const XMP_APPLICATION = "XMP DataXMP";

/** What the next image's control block says; 0 without one. */
interface Timed extends Animation {
  delayMs: number;
}

function* parse(reader: ByteReader): Parser<Facts> {
  const screen = yield* reader.take(13);
  const sides = checkImageSides(screen.readUInt16LE(6), screen.readUInt16LE(8));
  yield* reader.skip(colourTableBytes(screen.readUInt8(10)));
  const animation: Timed = { frames: 0, sumMs: 0, delayMs: 0 };
  for (;;) {
    const block = yield* reader.byte();
    if (block === TRAILER) break;
    if (block === IMAGE) yield* readImage(reader, animation);
    else if (block === EXTENSION) yield* readExtension(reader, animation);
    else throw damaged("GIF", "something stands where a block should begin");
  }
  if (animation.frames === 0) throw damaged("GIF", "it has no image");
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return { ...sides, durationMs: animationMs(animation) };
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function* readImage(reader: ByteReader, animation: Timed): Parser<void> {
  const descriptor = yield* reader.take(9);
  checkSides(descriptor.readUInt16LE(4), descriptor.readUInt16LE(6));
  yield* reader.skip(colourTableBytes(descriptor.readUInt8(8)));
  const codeBits = yield* reader.byte();
  if (codeBits < 1 || codeBits > 11) throw damaged("GIF", "its image data has no valid code size");
  if ((yield* skipSubBlocks(reader)) === 0) throw damaged("GIF", "an image has no data");
  addFrame(animation, animation.delayMs);
  animation.delayMs = 0;
}

function* readExtension(reader: ByteReader, animation: Timed): Parser<void> {
  const label = yield* reader.byte();
  if (label === GRAPHIC_CONTROL) {
    const control = yield* reader.take(5);
    if (control.readUInt8(0) !== 4) throw damaged("GIF", "a frame has no valid control block");
    animation.delayMs = 10 * control.readUInt16LE(2);
  }
  const isXmp = label === APPLICATION && (yield* reader.peek(12)).toString("latin1", 1) === XMP_APPLICATION;
  yield* skipSubBlocks(reader, isXmp || label === COMMENT);
}

/** Returns how many bytes they held; one of length 0 ends them. */
function* skipSubBlocks(reader: ByteReader, areAside = false): Parser<number> {
  let sum = 0;
  let bytes = yield* reader.byte();
  while (bytes > 0) {
    // With the length that follows: XMP runs on over it.
    if (areAside) reader.aside(bytes + 1);
    yield* reader.skip(bytes);
    sum += bytes;
    bytes = yield* reader.byte();
  }
  return sum;
}
