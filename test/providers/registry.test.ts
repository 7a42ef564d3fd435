// Vendors' models as data: each models.json has its shape and agrees with itself, and each adapter offers what its file says.
import { globSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { openVendors } from "../../shared/runtime/adapters/vendors.ts";
import { registryFile } from "./registry-shape.ts";

const files = globSync("shared/providers/*/*models.json")
  .map((path) => path.replaceAll("\\", "/"))
  .sort();
/** A file for each of several servers that share an adapter is called after the server. */
const vendorOf = (path: string) => basename(path).split(".").at(-3) ?? basename(dirname(path));
/** Only their operator knows what they serve. */
const own = ["local_qwen", "local_qwen_vl"];

test("there is a file for each adapter, and an adapter for each file", async () => {
  const adapters = (await openVendors({})).map(({ id }) => id).filter((id) => !own.includes(id));
  expect(adapters.sort()).toEqual(files.map(vendorOf).sort());
});

for (const path of files) {
  describe(path, () => {
    const file = JSON.parse(readFileSync(path, "utf8"));

    test("is well formed", () => {
      expect(problemsOf(file)).toEqual([]);
    });

    test("is what the adapter offers, without a key too", async () => {
      const offered = (await openVendors({})).find(({ id }) => id === vendorOf(path));
      expect(offered?.isConfigured).toBe(false);
      expect(offered?.models).toEqual(file.models);
    });
  });
}

const picture = {
  ...{ id: "draw-2", type: "image", operations: ["generate", "edit"], maxOutputs: 4, maxInputs: 3 },
  price: { unit: "output", amount: 8, tiers: { by: "size", amounts: { "2048x2048": 16 } } },
  cost: { unit: "output", amount: 0.28, currency: "CNY", date: "2026-11-22" },
  sizes: ["1024x1024", "2048x2048"],
  defaults: { size: "1024x1024" },
  ...{ typicalMs: 8000, source: "https://vendor.example/models", checkedOn: "2026-11-22" },
};
const { sizes: ___, defaults: ____, ...ruled } = { ...picture, price: { unit: "output", amount: 8 } };
const film = {
  ...{ id: "film-1", type: "video", operations: ["generate"], maxOutputs: 1 },
  price: { unit: "second", amount: 20, tiers: { by: "resolution", amounts: { "1080p": 34 } } },
  cost: {
    ...picture.cost,
    unit: "second",
    amount: 0.1,
    currency: "USD",
    tiers: { by: "resolution", amounts: { "1080p": 0.17 } },
  },
  ...{ durations: [5, 10], ratios: ["16:9"], resolutions: ["720p", "1080p"], qualities: ["std"] },
  ...{ endOfLife: "2027-01-01", replacedBy: "film-2" },
  ...{ typicalMs: 90_000, source: picture.source, checkedOn: picture.checkedOn },
};
const { endOfLife: _, replacedBy: __, ...lasting } = { ...film, id: "film-2" };

test("a file that says everything is taken", () => {
  expect(problemsOf({ about: "Made up.", models: [picture, film, lasting] })).toEqual([]);
  const words = { ...film, replacedBy: "a model of another vendor" };
  expect(problemsOf({ models: [words] })).toEqual([]);
});

describe("named by its place is", () => {
  test.each<[string, object, string]>([
    ["an unknown field", { ...picture, colour: 1 }, "models.0"],
    ["an id that could not stand in PRICES", { ...picture, id: "draw 2" }, "models.0.id"],
    ["a price without an amount", { ...picture, price: { unit: "output" } }, "models.0.price.amount"],
    ["a price that is a bare number", { ...picture, price: 8 }, "models.0.price"],
    ["a cost without a date", { ...picture, cost: { ...picture.cost, date: undefined } }, "models.0.cost.date"],
    ["a day that no calendar has", { ...picture, checkedOn: "2026-02-30" }, "models.0.checkedOn"],
    ["no source", { ...picture, source: "" }, "models.0.source"],
    ["a size that is none", { ...picture, sizes: [...picture.sizes, "1024*1024"] }, "models.0.sizes.2"],
    ["a size that is there twice", { ...picture, sizes: ["1024x1024", "1024x1024", "2048x2048"] }, "models.0.sizes"],
    ["a duration in milliseconds", { ...lasting, durations: [5000] }, "models.0.durations.0"],
    [
      "a resolution that nobody can ask for",
      { ...lasting, resolutions: ["720p", "1080p", "4K"] },
      "models.0.resolutions.2",
    ],
    ["more inputs than it takes", { ...lasting, minInputs: 1 }, "models.0.minInputs"],
    ["a rule beside a list", { ...picture, sizeRule: { minSide: 64 } }, "models.0.sizeRule"],
    ["a rule that nothing keeps", { ...ruled, sizeRule: { minSide: 65, maxSide: 64 } }, "models.0.sizeRule"],
    ["a rule that says nothing", { ...ruled, sizeRule: {} }, "models.0.sizeRule"],
    ["a rule for a film's size", { ...lasting, sizeRule: { minSide: 64 } }, "models.0.sizeRule"],
    ["sizes of a film", { ...lasting, sizes: ["64x64"] }, "models.0.sizes"],
    ["ratios of a picture", { ...picture, ratios: ["1:1"] }, "models.0.ratios"],
    ["a default that is not in its list", { ...picture, defaults: { size: "64x64" } }, "models.0.defaults.size"],
    ["tiers of size without a default", { ...picture, defaults: undefined }, "models.0.defaults.size"],
    [
      "a tier that the model does not have",
      { ...picture, sizes: ["1024x1024"] },
      "models.0.price.tiers.amounts.2048x2048",
    ],
    ["seconds of a picture", { ...picture, price: { unit: "second", amount: 8 } }, "models.0.price.unit"],
    ["a price below the cost", { ...picture, price: { unit: "output", amount: 3 } }, "models.0.price"],
    ["a tier below the cost", { ...lasting, price: { unit: "second", amount: 12 } }, "models.0.price"],
    [
      "a price for seconds that was meant for films",
      { ...lasting, price: { unit: "second", amount: 200 } },
      "models.0.price",
    ],
    [
      "a price for films that was meant for seconds",
      { ...lasting, price: { unit: "output", amount: 20 } },
      "models.0.price",
    ],
    ["a currency without a rate", { ...picture, cost: { ...picture.cost, currency: "XAU" } }, "models.0.cost.currency"],
    ["a replacement that is not there", film, "models.0.replacedBy"],
    [
      "a replacement of what does not end",
      { ...film, endOfLife: undefined, replacedBy: "two words" },
      "models.0.replacedBy",
    ],
  ])("%s", (_, model, place) => {
    expect(problemsOf({ models: [model] })).toEqual([place]);
  });

  test("a model that is there twice", () => {
    expect(problemsOf({ models: [picture, picture] })).toEqual(["models.1.id"]);
  });

  test("a replacement that ends as early", () => {
    const next = { ...lasting, endOfLife: "2027-01-01" };
    expect(problemsOf({ models: [film, next] })).toEqual(["models.0.replacedBy"]);
  });

  test("a file without models", () => {
    expect(problemsOf({ models: [] })).toEqual(["models"]);
  });
});

function problemsOf(file: unknown): string[] {
  const issues = registryFile.safeParse(file).error?.issues ?? [];
  return [...new Set(issues.map(({ path }) => path.join(".")))];
}
