// PRICES that could never come out right for what is offered here.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { type Priced, type Prices, priceOf } from "../../shared/credits/prices.ts";
import type { Model } from "../../shared/ports/provider.ts";
import { createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { importOffer } from "../../shared/providers/import.ts";
import { offerSketch } from "../../shared/providers/sketch/offer.ts";
import { priceProblems, unusedPrices } from "../../shared/runtime/composing/require-prices.ts";
import { startProduct } from "../api/local.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";

const common = { operations: ["generate"], price: 1, maxOutputs: 1 } as const;
const models: Model[] = [
  { ...common, id: "picture", type: "image" },
  { ...common, id: "film", type: "video", resolutions: ["720p", "1080p"] },
  { ...common, id: "free-film", type: "video" },
];
const heard: Model[] = [
  { ...common, id: "voice", type: "audio", sounds: ["speech"] },
  { ...common, id: "band", type: "audio", sounds: ["music"] },
  { ...common, id: "writer", type: "text" },
];
const vendor = { ...scriptedProvider(), id: "vendor", models };
const studio = { ...scriptedProvider(), id: "studio", models: heard };
const providers = new Map([vendor, studio, importOffer].map((each) => [each.id, each]));

const characters = { unit: "character", amount: 0.1 } as const;
const seconds = { unit: "second", amount: 2 } as const;
const tiers = (name: string) => ({ ...seconds, tiers: { by: "resolution", amounts: { [name]: 3 } } });

const wrongWith = (prices: object) =>
  priceProblems(readConfig({ PRICES: JSON.stringify(prices) }), providers).map(({ message }) => message);

describe("refused is", () => {
  test.each<[string, object, string]>([
    [
      "a price for a picture's seconds",
      { "vendor/picture": seconds },
      "vendor/picture: nothing of that name is paid by the second, which films and music are",
    ],
    [
      "a text's seconds",
      { "studio/writer": seconds },
      "studio/writer: nothing of that name is paid by the second, which films and music are",
    ],
    [
      "a voice's seconds",
      { "studio/voice": seconds },
      "studio/voice: nothing of that name is paid by the second, which films and music are",
    ],
    [
      "a film's characters",
      { "vendor/film": characters },
      "vendor/film: nothing of that name is paid by the character, which speech is",
    ],
    [
      "music's characters",
      { "studio/band": characters },
      "studio/band: nothing of that name is paid by the character, which speech is",
    ],
    [
      "a provider's characters that speaks none",
      { vendor: characters },
      "vendor: nothing of that name is paid by the character, which speech is",
    ],
    [
      "a price for the seconds of what is only kept",
      { import: seconds },
      "import: how long a kept video is, nobody knows before",
    ],
    [
      "a tier that a model does not have",
      { "vendor/film": tiers("4k") },
      "vendor/film: there is no resolution 4k; there is: 720p, 1080p",
    ],
  ])("%s", (_, prices, message) => {
    expect(wrongWith(prices)).toEqual([`is wrong at ${message}`]);
  });
});

describe("taken is", () => {
  test.each<[string, object]>([
    ["a price for seconds of a provider that makes films and pictures", { vendor: seconds }],
    ["seconds of music", { "studio/band": seconds }],
    ["characters of speech", { "studio/voice": characters, studio: characters }],
    ["by the output whatever there is", { studio: { unit: "output", amount: 2 }, import: 1 }],
    ["a tier that a model has", { "vendor/film": tiers("1080p") }],
    ["a tier of a model without a list", { "vendor/free-film": tiers("4k"), vendor: tiers("4k") }],
    ["what names nobody here: it may be of a vendor whose key comes later", { "other/film": tiers("4k") }],
  ])("%s", (_, prices) => {
    expect(wrongWith(prices)).toEqual([]);
  });
});

test("keys that name nobody here are known", () => {
  const PRICES = '{"vendor":1,"vendor/film":1,"vendor/fim":1,"x":1}';
  expect(unusedPrices(readConfig({ PRICES }), providers)).toEqual(["vendor/fim", "x"]);
});

test("a server with such prices does not start, and says where they are wrong", async () => {
  const environment = { PRICES: JSON.stringify({ import: seconds }) };
  await expect(startProduct({ environment })).rejects.toThrow("PRICES is wrong at import: how long");
});

test("sketch's speech may be paid by the character and its music by the second", () => {
  const { models } = offerSketch(createFfmpeg(null));
  const modelOf = (sound: "speech" | "music") => models.filter(({ sounds }) => sounds?.includes(sound));
  const priced = (prices: Prices, sound: "speech" | "music", request: Priced) =>
    modelOf(sound).map((model) => priceOf(prices, "sketch", model, request));
  const prices: Prices = { "sketch/sketch": { unit: "character", amount: 0.5 }, sketch: { unit: "second", amount: 2 } };
  expect(priced(prices, "speech", { prompt: "ten letters" })).toEqual([6]);
  expect(priced(prices, "music", { prompt: "ten letters", durationSec: 7 })).toEqual([14]);
  expect(priced(prices, "music", { prompt: "ten letters" })).toEqual([60]);
});
