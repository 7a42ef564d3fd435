// Whether a picture's size keeps a model's rule, and the rule in words.
import type { SizeRule } from "../../ports/provider.ts";

/** Null when it does; else what has to be. `size`: `WxH`. */
export function sizeProblem(rule: SizeRule, size: string): string | null {
  const [width = 0, height = 0] = size.split("x").map(Number);
  return isWithin(rule, width, height) ? null : `must be WIDTHxHEIGHT, ${wordsOf(rule)}`;
}

function isWithin(rule: SizeRule, width: number, height: number): boolean {
  const { minSide = 1, maxSide = Infinity, step = 1, minPixels = 1, maxPixels = Infinity } = rule;
  const { maxRatio = Infinity, ratios } = rule;
  const sides = [width, height];
  const pixels = width * height;
  return (
    sides.every((side) => side >= minSide && side <= maxSide && side % step === 0) &&
    pixels >= minPixels &&
    pixels <= maxPixels &&
    Math.max(...sides) <= maxRatio * Math.min(...sides) &&
    (ratios?.some((ratio) => isOfRatio(ratio, width, height)) ?? true)
  );
}

/** 21:9 is 7:3 as well. */
function isOfRatio(ratio: string, width: number, height: number): boolean {
  const [across = 0, down = 0] = ratio.split(":").map(Number);
  return width * down === height * across;
}

function wordsOf({ minSide, maxSide, step, minPixels, maxPixels, maxRatio, ratios }: SizeRule): string {
  const parts = [
    ...between("each", minSide, maxSide, "pixels"),
    ...(step === undefined ? [] : [`each a multiple of ${step}`]),
    ...between("together", minPixels, maxPixels, "pixels"),
    ...(maxRatio === undefined ? [] : [`from 1:${maxRatio} to ${maxRatio}:1`]),
    ...(ratios ? [`in one of the ratios ${ratios.join(", ")}`] : []),
  ];
  return parts.join(", ");
}

function between(what: string, least: number | undefined, most: number | undefined, unit: string): string[] {
  if (least !== undefined && most !== undefined) return [`${what} ${least} to ${most} ${unit}`];
  if (most !== undefined) return [`${what} at most ${most} ${unit}`];
  return least === undefined ? [] : [`${what} at least ${least} ${unit}`];
}
