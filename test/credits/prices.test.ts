// What an output costs, rule by rule, and what a request is given because of its price.
import { describe, expect, test } from "vitest";
import { priceUnits } from "../../shared/config/prices.ts";
import { amountOf, type Prices, priceOf, priceRuleOf, withPriced } from "../../shared/credits/prices.ts";
import { type Model, type Rule, units } from "../../shared/ports/provider.ts";

const film: Model = { id: "film", type: "video", operations: ["generate"], price: 30, maxOutputs: 1 };
const picture: Model = { ...film, id: "picture", type: "image", price: 3 };
const perSecond: Rule = {
  unit: "second",
  amount: 2,
  tiers: { by: "resolution", amounts: { "1080p": 3.5, "480p": 0 } },
};

test("settings know the units that there are", () => {
  expect(priceUnits).toEqual(units);
});

describe("an amount", () => {
  test.each<[string, Rule, object, number]>([
    ["is for each output", { unit: "output", amount: 4 }, { durationSec: 60 }, 4],
    ["is for each second", perSecond, { durationSec: 8, resolution: "720p" }, 16],
    ["is another one in a tier", perSecond, { durationSec: 8, resolution: "1080p" }, 28],
    ["may be nothing in a tier", perSecond, { durationSec: 8, resolution: "480p" }, 0],
    ["is not found in what every object has", perSecond, { durationSec: 8, resolution: "constructor" }, 16],
  ])("%s", (_, rule, request, amount) => {
    expect(amountOf(rule, request)).toBe(amount);
  });
});

describe("a price is rounded up to whole credits", () => {
  test.each([
    [0.1, 1, 1],
    [1.1, 10, 11],
    [0.14, 50, 7],
    [2.2, 5, 11],
    [2.201, 5, 12],
    [1_000_000_000, 60, 60_000_000_000],
    [0, 60, 0],
  ])("%d a second for %i seconds: %i", (amount, durationSec, price) => {
    const model = { ...film, price: { unit: "second", amount } as const };
    expect(priceOf({}, "vendor", model, { durationSec })).toBe(price);
  });

  test("and never one that cannot be counted", () => {
    const endless = { ...film, price: { unit: "second", amount: Number.MAX_VALUE } as const };
    expect(() => priceOf({}, "vendor", endless)).toThrow("vendor/film has no price that can be paid");
  });
});

describe("the operator's price", () => {
  const prices: Prices = { vendor: perSecond, "vendor/other": 9, "else/film": 1 };

  test("of a model goes before that of its provider, and that before the model's own", () => {
    expect(priceRuleOf(prices, "vendor", { ...film, id: "other" })).toEqual({ unit: "output", amount: 9 });
    expect(priceRuleOf(prices, "vendor", film)).toEqual(perSecond);
    expect(priceRuleOf(prices, "third", film)).toEqual({ unit: "output", amount: 30 });
  });

  test("for seconds leaves pictures alone that are under the same name", () => {
    expect(priceOf(prices, "vendor", picture)).toBe(3);
    expect(priceOf({ ...prices, vendor: 5 }, "vendor", picture)).toBe(5);
  });

  test("is not found in what every object has", () => {
    expect(priceOf(prices, "constructor", film)).toBe(30);
  });
});

describe("a request is given what its price depends on, so that what is made was priced", () => {
  const filled = (model: Partial<Model>, request = {}) => withPriced({}, "vendor", { ...film, ...model }, request);

  test("and nothing else", () => {
    const defaults = { durationSec: 8, resolution: "1080p", ratio: "9:16" };
    expect(filled({ defaults })).toEqual({});
    expect(filled({ defaults, price: perSecond })).toEqual({ durationSec: 8, resolution: "1080p" });
    expect(filled({ defaults, price: perSecond }, { durationSec: 4 })).toEqual({ durationSec: 4, resolution: "1080p" });
  });

  test("of a film that says nothing: 5 s and 720p, or else the first that is made", () => {
    expect(filled({ price: perSecond })).toEqual({ durationSec: 5, resolution: "720p" });
    const lists = { durations: [6, 12], resolutions: ["480p", "1080p"] };
    expect(filled({ price: perSecond, ...lists })).toEqual({ durationSec: 6, resolution: "480p" });
  });

  test("also where only the vendor counts by it", () => {
    const cost = { ...perSecond, currency: "USD", date: "2026-11-22" };
    expect(filled({ cost, defaults: { durationSec: 8 } })).toEqual({ durationSec: 8, resolution: "720p" });
  });

  test("and costs the same with it as without", () => {
    const model = { ...film, price: perSecond, defaults: { durationSec: 8, resolution: "1080p" } };
    expect(priceOf({}, "vendor", model)).toBe(28);
    expect(priceOf({}, "vendor", model, withPriced({}, "vendor", model, {}))).toBe(28);
  });
});
