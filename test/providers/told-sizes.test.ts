// What `GET /ai/models` tells of sizes and lengths is what each provider takes: a form that follows it is never refused for them.
import { describe, expect, test } from "vitest";
import type { Model, OfferedProvider, ProviderRequest, SizeRule } from "../../shared/ports/provider.ts";
import { sizeProblem } from "../../shared/providers/calling/size-rule.ts";
import { offerSketch } from "../../shared/providers/sketch/offer.ts";
import { offerTests } from "../../shared/providers/sketch/test-offer.ts";
import { openVendors } from "../../shared/runtime/adapters/vendors.ts";

const ffmpeg = { find: () => "ffmpeg", advice: "" };
const providers: OfferedProvider[] = [...(await openVendors({})), offerSketch(ffmpeg), offerTests(ffmpeg)];
const cases = providers.flatMap((provider) =>
  provider.models.map((model) => ({ name: `${provider.id}/${model.id} (${model.type})`, provider, model })),
);
const ofPictures = cases.filter(({ model, provider }) => model.type === "image" && provider.id !== "import");
const ofVideos = cases.filter(({ model, provider }) => model.type === "video" && provider.id !== "import");

/** Which field of the request it does not take. */
function refused(provider: OfferedProvider, { id, type, operations }: Model, said: Partial<ProviderRequest>): string[] {
  const [operation = "generate"] = operations;
  const request: ProviderRequest = { type, operation, model: id, prompt: "a lake", n: 1, ...said };
  const paths = provider.validate(request).map(({ path }) => path);
  return paths.filter((path) => path in said);
}

/** Sizes in the corners of the rule, and ones that are just beyond it. */
function cornersOf(rule: SizeRule): { inside: string[]; outside: string[] } {
  const { minSide = 1, maxSide = 99_999, step = 1, minPixels = 1, maxPixels = maxSide ** 2, maxRatio, ratios } = rule;
  if (ratios) {
    const inside = ratios.map((ratio) =>
      ratio
        .split(":")
        .map((part) => Number(part) * 100)
        .join("x"),
    );
    return { inside, outside: ["1001x1000", "5000x100"] };
  }
  const up = (pixels: number) => Math.ceil(Math.sqrt(pixels) / step) * step;
  const down = (pixels: number) => Math.floor(Math.sqrt(pixels) / step) * step;
  const [least, most] = [Math.max(minSide, up(minPixels)), Math.min(maxSide, down(maxPixels))];
  const longest = Math.min(least * (maxRatio ?? 1), maxPixels / least);
  const long = maxRatio && Math.min(maxSide, Math.floor(longest / step) * step);
  return {
    inside: [`${least}x${least}`, `${most}x${most}`, ...(long ? [`${long}x${least}`, `${least}x${long}`] : [])],
    outside: [
      `${least - step}x${least - step}`,
      `${most + step}x${most + step}`,
      ...(long ? [`${long + step}x${least}`] : []),
      ...(step > 1 ? [`${least + 1}x${least}`] : []),
    ],
  };
}

describe("Pictures", () => {
  test.each(ofPictures)("$name: sizes that are listed, or keep the rule, and no others", ({ provider, model }) => {
    const { sizes, sizeRule } = model;
    const corners = sizeRule && cornersOf(sizeRule);
    const taken = sizes ?? corners?.inside ?? [];
    expect(taken.filter((size) => refused(provider, model, { size }).length > 0)).toEqual([]);
    const others = corners?.outside ?? ["333x333"];
    expect(others.filter((size) => refused(provider, model, { size }).length === 0)).toEqual([]);
  });
});

describe("Videos", () => {
  test.each(ofVideos)("$name: lengths that are listed, or in the range, and no others", ({ provider, model }) => {
    const { durations, durationRange: range } = model;
    const taken = durations ?? (range ? [range.min, range.max] : []);
    expect(taken.filter((durationSec) => refused(provider, model, { durationSec }).length > 0)).toEqual([]);
    const others = range ? [range.min - 1, range.max + 1] : [61];
    expect(others.filter((durationSec) => refused(provider, model, { durationSec }).length === 0)).toEqual([]);
  });
});

test.each<[string, SizeRule, string, string | null]>([
  ["no limit", {}, "1x99999", null],
  ["both sides", { minSide: 64, maxSide: 128 }, "63x64", "each 64 to 128 pixels"],
  ["a least side", { minSide: 64 }, "63x64", "each at least 64 pixels"],
  ["a step", { step: 16 }, "32x40", "each a multiple of 16"],
  ["all pixels", { maxPixels: 4096 }, "65x64", "together at most 4096 pixels"],
  ["a shape", { maxRatio: 3 }, "100x301", "from 1:3 to 3:1"],
  ["ratios", { ratios: ["21:9"] }, "700x300", null],
  ["other ratios", { ratios: ["16:9", "1:1"] }, "160x91", "in one of the ratios 16:9, 1:1"],
])("a size is held against %s, and the rule is said", (_, rule, size, words) => {
  expect(sizeProblem(rule, size)).toBe(words === null ? null : `must be WIDTHxHEIGHT, ${words}`);
});
