// What every format tells of itself, and what holds for all of them.
import type { MediaKind } from "../../ports/provider.ts";
import type { ByteReader, Parser } from "../byte-reader.ts";
import type { Extension } from "../keys.ts";
import { anotherKind, refusal } from "../refusal.ts";

export interface Sides {
  /** Pixels, 1 to MAX_SIDE, as shown. */
  width: number;
  height: number;
}

export interface Facts {
  /** Pixels, 1 to MAX_SIDE, as shown. Null for what has no sides: texts. */
  width: number | null;
  height: number | null;
  /** Whole milliseconds, at least 1. Null for what stands still. */
  durationMs: number | null;
  /** Where the file itself says that it is another of the family: QuickTime behind a first box that both have. */
  extension?: Extension;
}

export interface Format {
  /** With its article, for messages: "a PNG image". */
  name: string;
  kind: MediaKind;
  extension: Extension;
  /** Whether a file is of this format: `head` is its first HEAD_BYTES, or all of a shorter one. */
  matches(head: Buffer): boolean;
  /** Reads from the file's first byte. Returns at its end; throws `invalid_output` as soon as something is wrong. */
  parse(reader: ByteReader): Parser<Facts>;
}

/** How much of a file decides what it is. Enough for an SVG behind its XML declaration, and for the brands of any MP4. */
export const HEAD_BYTES = 256;

const MAX_SIDE = 65_535;

/** Of an image: what a decoder has to hold is 256 MB of RGBA. */
export const MAX_IMAGE_PIXELS = 64_000_000;

/**
 * What may follow behind the end of any file: phones append a clip of a few seconds to a photo, recorders pad to a block, tools leave a note.
 * What of it is another file in disguise is looked for apart from this.
 */
export const MAX_TRAILER_BYTES = 16 * 1024 * 1024;

/** Browsers show a frame that says so much or less for 100 ms: animations with a delay of 0 were meant to run "as fast as it goes". */
const SHORTEST_FRAME_MS = 10;
const UNTIMED_FRAME_MS = 100;

/** No provider makes anything longer; a header that says so is damaged. */
const MAX_DURATION_MS = 7 * 24 * 60 * 60 * 1000;

export function checkSides(width: number, height: number): Sides {
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
    throw refusal(`The file says that it is ${width} by ${height} pixels; each side has to be 1 to ${MAX_SIDE}.`);
  }
  return { width, height };
}

/** Of an image, before anything of it is decoded. */
export function checkImageSides(width: number, height: number): Sides {
  const sides = checkSides(width, height);
  if (width * height > MAX_IMAGE_PIXELS) {
    const most = MAX_IMAGE_PIXELS / 1e6;
    throw anotherKind(`The image is ${width} by ${height} pixels; at most ${most} megapixels are taken.`);
  }
  return sides;
}

/** Of a video: at least a millisecond. */
export function checkDuration(durationMs: number): number {
  if (!(durationMs > 0)) throw refusal("The video has no duration.");
  if (durationMs > MAX_DURATION_MS) throw refusal("The video says that it is longer than a week.");
  return Math.max(1, Math.round(durationMs));
}

export interface Animation {
  frames: number;
  /** Of one pass, as shown. */
  sumMs: number;
}

/** `delayMs`: as stored. */
export function addFrame(animation: Animation, delayMs: number): void {
  animation.frames += 1;
  animation.sumMs += delayMs <= SHORTEST_FRAME_MS ? UNTIMED_FRAME_MS : delayMs;
}

/** Of one pass. Null for a single frame: that is a still image, however long it stands. */
export function animationMs({ frames, sumMs }: Animation): number | null {
  return frames > 1 ? checkDuration(sumMs) : null;
}
