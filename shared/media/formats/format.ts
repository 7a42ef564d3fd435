// What every format tells of itself, and what holds for all of them.
import type { MediaKind } from "../../ports/provider.ts";
import type { ByteReader, Parser } from "../byte-reader.ts";
import type { Extension } from "../keys.ts";
import { refusal } from "../refusal.ts";

export interface Sides {
  /** Pixels, 1 to MAX_SIDE. */
  width: number;
  height: number;
}

export interface Facts extends Sides {
  /** Whole milliseconds, at least 1. Null for still images. */
  durationMs: number | null;
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

/** No provider makes anything longer; a header that says so is damaged. */
const MAX_DURATION_MS = 7 * 24 * 60 * 60 * 1000;

export function checkSides(width: number, height: number): Sides {
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
    throw refusal(`The file says that it is ${width} by ${height} pixels; each side has to be 1 to ${MAX_SIDE}.`);
  }
  return { width, height };
}

/** Of a video: at least a millisecond. */
export function checkDuration(durationMs: number): number {
  if (!(durationMs > 0)) throw refusal("The video has no duration.");
  if (durationMs > MAX_DURATION_MS) throw refusal("The video says that it is longer than a week.");
  return Math.max(1, Math.round(durationMs));
}

/** Of one pass of an animation, as stored. Null for a single frame, and when no frame says how long it stands. */
export function animationMs(frames: number, sumMs: number): number | null {
  return frames > 1 && sumMs > 0 ? checkDuration(sumMs) : null;
}
