// PRICES against what is offered: a rule that could never come out right is a mistake of the operator's, and is said at the start.
import type { Config } from "../../config/config.ts";
import type { ConfigProblem } from "../../config/config-error.ts";
import { fits } from "../../credits/prices.ts";
import { type Choice, modelsOf } from "../../jobs/asking/choose-model.ts";
import type { Model, OfferedProvider, PriceRule, Rule } from "../../ports/provider.ts";

type Providers = ReadonlyMap<string, OfferedProvider>;

/** What is wrong with PRICES for these providers; what it says of others is of no matter. */
export function priceProblems({ prices }: Pick<Config, "prices">, providers: Providers): ConfigProblem[] {
  return Object.entries(prices).flatMap(([key, price]) => {
    if (typeof price === "number") return [];
    const named = modelsOf(providers).filter(({ provider, model }) => namesOf(provider, model).includes(key));
    const wrong = [...unheeded(price, named), ...unknownTiers(price, named)];
    return wrong.map((problem) => ({ variable: "PRICES", message: `is wrong at ${key}: ${problem}` }));
  });
}

/** The keys of PRICES that name nobody here. */
export function unusedPrices({ prices }: Pick<Config, "prices">, providers: Providers): string[] {
  const names = modelsOf(providers).flatMap(({ provider, model }) => namesOf(provider, model));
  return Object.keys(prices).filter((key) => !names.includes(key));
}

function namesOf(provider: OfferedProvider, model: Model): string[] {
  return [provider.id, `${provider.id}/${model.id}`];
}

const paidBy: Readonly<Record<Rule["unit"], string>> = {
  output: "",
  second: "by the second, which films and music are",
  character: "by the character, which speech is",
};

/** A rule that none of them can follow would be left out without a word. */
function unheeded(rule: PriceRule, named: readonly Choice[]): string[] {
  if (named.length === 0) return [];
  const isKept = named.some(({ provider }) => provider.id === "import");
  if (isKept && rule.unit === "second") return ["how long a kept video is, nobody knows before"];
  return named.some(({ model }) => fits(model, rule)) ? [] : [`nothing of that name is paid ${paidBy[rule.unit]}`];
}

const lists = { size: "sizes", resolution: "resolutions", quality: "qualities" } as const;

/** A tier that no model has would never be charged. Where a model has rules instead of a list, nobody can tell. */
function unknownTiers(rule: PriceRule, named: readonly Choice[]): string[] {
  const { tiers } = rule;
  const priced = named.filter(({ model }) => fits(model, rule));
  if (!tiers || priced.length === 0) return [];
  const made = priced.map(({ model }) => model[lists[tiers.by]]);
  if (made.some((list) => list === undefined)) return [];
  const there = [...new Set(made.flatMap((list) => list ?? []))];
  return Object.keys(tiers.amounts)
    .filter((name) => !there.includes(name))
    .map((name) => `there is no ${tiers.by} ${name}; there is: ${there.join(", ") || "none"}`);
}
