// PRICES: what an output costs by provider or provider/model, in whole credits or as a rule.
import { below, type Check, isObject, jsonOf, matching, number, object, oneOf } from "./json.ts";
import { type Reading, text } from "./setting.ts";

export const MAX_CREDITS = 1_000_000_000;

export const priceUnits = ["output", "second", "character"] as const;

/** Credits for each unit of an output; a request for something that `tiers` names pays that amount instead. */
export interface PriceSetting {
  unit: (typeof priceUnits)[number];
  amount: number;
  tiers?: { by: "size" | "resolution" | "quality"; amounts: Readonly<Record<string, number>> };
}

export type PriceSettings = Readonly<Record<string, number | PriceSetting>>;

const amount = number(0, MAX_CREDITS);

const tierName = /^[A-Za-z0-9][\w.:-]{0,31}$/;

/** Amounts by name, at least one. */
const amounts: Check = (value) => {
  if (!isObject(value)) return [{ path: "", message: 'must be an object of amounts by name, such as {"1080p":20}' }];
  if (Object.keys(value).length === 0) return [{ path: "", message: 'must name at least one, such as {"1080p":20}' }];
  const named = matching(tierName, "must have names such as 1024x1024, 720p or high");
  return Object.entries(value).flatMap(([name, each]) => below(name, [...named(name), ...amount(each)]));
};

const tiers = object(
  { by: oneOf(["size", "resolution", "quality"]), amounts },
  { message: "must be {by, amounts} and nothing else" },
);

const rule = object(
  { unit: oneOf(priceUnits), amount },
  { optional: { tiers }, message: "must be {unit, amount} with or without {tiers}, and nothing else" },
);

/** Names what is wrong in which entry, and never a value. */
export const pricesSetting = text()
  .into((written): Reading<PriceSettings> => {
    const entries = entriesOf(written);
    if (!entries) return { problems: [GENERALLY] };
    const problems = entries.flatMap(([key, value]) => problemsOf(key, value));
    return problems.length > 0 ? { problems } : { value: Object.fromEntries(entries) as PriceSettings };
  })
  .default({} as PriceSettings);

const GENERALLY = `must be a JSON object by provider or provider/model, of whole credits from 0 to ${MAX_CREDITS} or of rules, such as {"sketch":2,"dashscope/wan2.6-t2v":{"unit":"second","amount":20,"tiers":{"by":"resolution","amounts":{"1080p":34}}}}`;

function entriesOf(written: string): [string, unknown][] | null {
  const parsed = jsonOf(written);
  return isObject(parsed) && Object.keys(parsed).every(isPriceKey) ? Object.entries(parsed) : null;
}

function problemsOf(key: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    const isFine = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_CREDITS;
    return isFine
      ? []
      : [
          `is wrong at ${key}: must be whole credits from 0 to ${MAX_CREDITS}, or a rule {"unit":"second","amount":1.5}`,
        ];
  }
  return below(key, rule(value)).map(({ path, message }) => `is wrong at ${path}: ${message}`);
}

export function isPriceKey(key: string): boolean {
  return /^[a-z][a-z0-9_-]{0,31}(\/[A-Za-z0-9][A-Za-z0-9._:/-]{0,127})?$/.test(key);
}
