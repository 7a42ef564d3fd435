// What a request to `sketch` may ask for.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { MadeKind, Operation, ProviderRequest } from "../../ports/provider.ts";
import { voices } from "../../ports/wishes.ts";

export const MAX_OUTPUTS = 4;
/** As many as a job may have; the first one is drawn. */
export const MAX_INPUTS = 5;
export const operations = [
  "generate",
  "edit",
  "style_transfer",
  "background_removal",
  "color_enhancement",
] as const satisfies readonly Operation[];
const MIN_SIDE = 64;
const MAX_SIDE = 2048;
export const sizeRule = { minSide: MIN_SIDE, maxSide: MAX_SIDE } as const;
/** What is drawn when a request leaves it open. */
export const imageDefaults = { size: "1024x1024" } as const;
export const videoDefaults = { durationSec: 5, ratio: "16:9", resolution: "720p" } as const;
const MAX_SECONDS = 30;
export const videoSecondsRange = { min: 1, max: MAX_SECONDS } as const;
/** The longer side over the shorter one. */
const MAX_RATIO = 3;
/** Of the shorter side. */
const lines: Readonly<Record<string, number>> = { "480p": 480, "720p": 720, "1080p": 1080 };
export const resolutions = Object.keys(lines);
const MAX_PROMPT_LENGTH = 4000;
/** What music is when nobody says. */
export const MUSIC_SEC = 30;
const LONGEST_MUSIC_SEC = 300;
export const musicSecondsRange = { min: 1, max: LONGEST_MUSIC_SEC } as const;
const MAX_SEED = 2 ** 31 - 1;

export interface Size {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** The size that is asked for, or the default one; null when it is none that can be drawn. */
export function imageSize({ size = imageDefaults.size }: ProviderRequest): Size | null {
  const match = /^([1-9][0-9]{1,3})x([1-9][0-9]{1,3})$/.exec(size);
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  return isSide(width) && isSide(height) ? { width, height } : null;
}

/** As above, of a video: the shorter side has the resolution's lines, the longer one follows from the ratio; both are even. */
export function videoSize(request: ProviderRequest): Size | null {
  const shorter = linesOf(request);
  const ratio = ratioOf(request);
  if (shorter === undefined || ratio === null) return null;
  const longer = 2 * Math.round((shorter * Math.max(ratio, 1 / ratio)) / 2);
  return ratio >= 1 ? { width: longer, height: shorter } : { width: shorter, height: longer };
}

/** Whole seconds; null when it is no length that can be drawn. */
export function videoSeconds({ durationSec = videoDefaults.durationSec }: ProviderRequest): number | null {
  return isWithin(durationSec, 1, MAX_SECONDS) ? durationSec : null;
}

export function validate(request: ProviderRequest): ErrorDetail[] {
  const wrong: ErrorDetail[] = [];
  const check: Check = (isRight, path, message) => {
    if (!isRight) wrong.push({ path, message });
  };
  check(request.model === "sketch", "model", "sketch has one model, `sketch`.");
  check(operations.includes(request.operation), "operation", `sketch offers ${operations.join(", ")}.`);
  const needsPrompt = request.operation === "generate" || request.prompt !== "";
  check(
    !needsPrompt || isPrompt(request.prompt),
    "prompt",
    `Must be 1 to ${MAX_PROMPT_LENGTH} characters, not only white space.`,
  );
  check(isWithin(request.n, 1, MAX_OUTPUTS), "n", `Must be a whole number from 1 to ${MAX_OUTPUTS}.`);
  if (request.type === "archive") check(false, "model", "sketch puts nothing together.");
  else checks[request.type](request, check);
  check((request.inputs?.length ?? 0) <= MAX_INPUTS, "inputs", `Must be at most ${MAX_INPUTS}.`);
  check(request.inputs?.every(({ type }) => type === "image") ?? true, "inputs", "Must be pictures.");
  check(isWithin(request.seed ?? 0, 0, MAX_SEED), "seed", `Must be a whole number from 0 to ${MAX_SEED}.`);
  return wrong;
}

const checks: Readonly<Record<MadeKind, (request: ProviderRequest, check: Check) => void>> = {
  image: checkImage,
  video: checkVideo,
  text: checkText,
  audio: checkSound,
};

function checkSound({ operation, sound, durationSec, ...request }: ProviderRequest, check: Check): void {
  check(operation === "generate", "operation", "A sound is made, not edited.");
  check(sound !== undefined, "model", "sketch speaks, or makes music.");
  for (const path of ["size", "ratio", "resolution"] as const) {
    check(request[path] === undefined, path, "Belongs to pictures and videos.");
  }
  if (sound?.kind === "music") {
    check(
      isWithin(durationSec ?? MUSIC_SEC, 1, LONGEST_MUSIC_SEC),
      "durationSec",
      `Must be 1 to ${LONGEST_MUSIC_SEC} whole seconds.`,
    );
  } else {
    check(durationSec === undefined, "durationSec", "Speech is as long as its words.");
    check(
      voices.some((voice) => voice === sound?.voice),
      "voice",
      `Must be one of ${voices.join(", ")}.`,
    );
  }
}

function checkText(request: ProviderRequest, check: Check): void {
  check(request.operation === "generate", "operation", "A text is written, not edited.");
  check(request.screenplay !== undefined, "model", "sketch writes screenplays only.");
  for (const path of ["size", "durationSec", "ratio", "resolution"] as const) {
    check(request[path] === undefined, path, "Belongs to pictures and videos.");
  }
}

type Check = (isRight: boolean, path: string, message: string) => void;

function checkImage(request: ProviderRequest, check: Check): void {
  check(imageSize(request) !== null, "size", `Must be WIDTHxHEIGHT, each ${MIN_SIDE} to ${MAX_SIDE} pixels.`);
  for (const path of ["durationSec", "ratio", "resolution"] as const) {
    check(request[path] === undefined, path, "Belongs to videos; a picture has a `size`.");
  }
}

function checkVideo(request: ProviderRequest, check: Check): void {
  check(videoSeconds(request) !== null, "durationSec", `Must be a whole number of seconds from 1 to ${MAX_SECONDS}.`);
  check(
    ratioOf(request) !== null,
    "ratio",
    `Must be WIDTH:HEIGHT, from 1:${MAX_RATIO} to ${MAX_RATIO}:1, such as 16:9.`,
  );
  check(linesOf(request) !== undefined, "resolution", `Must be one of ${resolutions.join(", ")}.`);
  check(request.size === undefined, "size", "Belongs to pictures; a video has `ratio` and `resolution`.");
}

function linesOf({ resolution = videoDefaults.resolution }: ProviderRequest): number | undefined {
  return Object.hasOwn(lines, resolution) ? lines[resolution] : undefined;
}

/** Width over height; null when it is none that can be drawn. */
function ratioOf({ ratio = videoDefaults.ratio }: ProviderRequest): number | null {
  const match = /^([1-9][0-9]?):([1-9][0-9]?)$/.exec(ratio);
  const value = Number(match?.[1]) / Number(match?.[2]);
  return Math.max(value, 1 / value) <= MAX_RATIO ? value : null;
}

function isSide(pixels: number): boolean {
  return isWithin(pixels, MIN_SIDE, MAX_SIDE);
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function isPrompt(text: string): boolean {
  return /\S/.test(text) && [...text].length <= MAX_PROMPT_LENGTH;
}
