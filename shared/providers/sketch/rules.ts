// What a request to `sketch` may ask for.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { ProviderRequest } from "../../ports/provider.ts";

export const MIN_SIDE = 64;
export const MAX_SIDE = 2048;
const DEFAULT_SIZE = "1024x1024";
const MAX_OUTPUTS = 4;
const MAX_PROMPT_LENGTH = 4000;
const MAX_SEED = 2 ** 31 - 1;

export interface ImageSize {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** The size that is asked for, or the default one; null when it is none that can be drawn. */
export function imageSize({ size = DEFAULT_SIZE }: ProviderRequest): ImageSize | null {
  const match = /^([1-9][0-9]{1,3})x([1-9][0-9]{1,3})$/.exec(size);
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  return isSide(width) && isSide(height) ? { width, height } : null;
}

export function validate(request: ProviderRequest): ErrorDetail[] {
  const wrong: ErrorDetail[] = [];
  const check = (isRight: boolean, path: string, message: string) => {
    if (!isRight) wrong.push({ path, message });
  };
  check(
    request.model === "sketch" && request.type === "image",
    "model",
    "sketch draws images with the model `sketch`.",
  );
  check(request.operation === "generate", "operation", "sketch offers `generate`.");
  check(isPrompt(request.prompt), "prompt", `Must be 1 to ${MAX_PROMPT_LENGTH} characters, not only white space.`);
  check(isWithin(request.n, 1, MAX_OUTPUTS), "n", `Must be a whole number from 1 to ${MAX_OUTPUTS}.`);
  check(imageSize(request) !== null, "size", `Must be WIDTHxHEIGHT, each ${MIN_SIDE} to ${MAX_SIDE} pixels.`);
  check(isWithin(request.seed ?? 0, 0, MAX_SEED), "seed", `Must be a whole number from 0 to ${MAX_SEED}.`);
  return wrong;
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
