// PRICES: whole credits or rules, and words for everything that is neither.
import { describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { ConfigError } from "../../shared/config/config-error.ts";

const rule = { unit: "second", amount: 1.5, tiers: { by: "resolution", amounts: { "1080p": 3, "720p": 0 } } };

test("whole credits and rules stand side by side, by provider or model", () => {
  const prices = {
    sketch: 2,
    "fal/fal-ai/flux-pro/v1.1": { unit: "output", amount: 0.5 },
    "dashscope/wan2.6-t2v": rule,
  };
  expect(readConfig({ PRICES: JSON.stringify(prices) }).prices).toEqual(prices);
});

describe("what is wrong is named by its place", () => {
  test.each<[unknown, string]>([
    [{ x: { ...rule, unit: "minute" } }, "is wrong at x.unit: must be output, second or character"],
    [{ x: { unit: "output" } }, "is wrong at x.amount: must be a number from 0 to 1000000000"],
    [{ x: { ...rule, amount: -1 } }, "is wrong at x.amount: must be a number from 0 to 1000000000"],
    [{ x: { ...rule, amount: 2e9 } }, "is wrong at x.amount: must be a number from 0 to 1000000000"],
    [{ x: { ...rule, amount: "1" } }, "is wrong at x.amount: must be a number from 0 to 1000000000"],
    [{ x: { ...rule, per: 1 } }, "is wrong at x: must be {unit, amount} with or without {tiers}, and nothing else"],
    [{ x: [] }, "is wrong at x: must be {unit, amount} with or without {tiers}, and nothing else"],
    [{ x: { ...rule, tiers: 1 } }, "is wrong at x.tiers: must be {by, amounts} and nothing else"],
    [
      { x: { ...rule, tiers: { ...rule.tiers, by: "ratio" } } },
      "is wrong at x.tiers.by: must be size, resolution or quality",
    ],
    [
      { x: { ...rule, tiers: { by: "size", amounts: {} } } },
      'is wrong at x.tiers.amounts: must name at least one, such as {"1080p":20}',
    ],
    [
      { x: { ...rule, tiers: { by: "size", amounts: { " ": 1 } } } },
      "is wrong at x.tiers.amounts. : must have names such as 1024x1024, 720p or high",
    ],
    [
      { "a/b": { ...rule, tiers: { by: "size", amounts: { a: null } } } },
      "is wrong at a/b.tiers.amounts.a: must be a number from 0 to 1000000000",
    ],
    [{ x: 1.5 }, 'is wrong at x: must be whole credits from 0 to 1000000000, or a rule {"unit":"second","amount":1.5}'],
    [
      { x: null },
      'is wrong at x: must be whole credits from 0 to 1000000000, or a rule {"unit":"second","amount":1.5}',
    ],
  ])("%j", (prices, message) => {
    expect(problemsOf(JSON.stringify(prices))).toEqual([{ variable: "PRICES", message }]);
  });

  test("in every entry at once", () => {
    const wrong = problemsOf(JSON.stringify({ x: -1, y: { ...rule, unit: "" }, z: 3 }));
    expect(wrong.map(({ message }) => /at (\S+):/.exec(message)?.[1])).toEqual(["x", "y.unit"]);
  });

  test.each(["", "[]", "1", "null", "{", '{"A":1}', '{"__proto__":{"unit":"output","amount":1}}', '{"x/":1}'])(
    "and what has no such places is refused as a whole: %s",
    (text) => {
      if (text === "") expect(readConfig({ PRICES: text }).prices).toEqual({});
      else
        expect(problemsOf(text)).toEqual([
          { variable: "PRICES", message: expect.stringMatching(/^must be a JSON object/) },
        ]);
    },
  );
});

test("a rule cannot be changed, at any depth", () => {
  const { prices } = readConfig({ PRICES: JSON.stringify({ x: rule }) });
  const laid = prices.x;
  if (typeof laid !== "object") throw new Error("the rule was not taken");
  for (const part of [laid, laid.tiers, laid.tiers?.amounts]) expect(Object.isFrozen(part)).toBe(true);
});

function problemsOf(PRICES: string) {
  try {
    readConfig({ PRICES });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the prices were taken");
}
