// What an output costs: the model's own rule, with the operator's PRICES laid over it. Quotes, models and charges all come from here.
import type { Defaults, Model, PriceRule, ProviderRequest, Rule } from "../ports/provider.ts";

/** By `provider` or `provider/model`; the more exact one counts. A number is for each output. */
export type Prices = Readonly<Record<string, number | PriceRule>>;

/** What a rule looks at. */
export type Priced = Pick<ProviderRequest, "size" | "resolution" | "quality" | "durationSec"> &
  Partial<Pick<ProviderRequest, "prompt">>;

/** How many of its unit one output has. One more unit: its word in the port and in `shared/config/prices.ts`, and its line here. */
const quantities: Readonly<Record<Rule["unit"], (request: Priced) => number>> = {
  output: () => 1,
  second: ({ durationSec = USUAL.durationSec }) => durationSec,
  character: ({ prompt = USUAL.prompt }) => [...prompt].length,
};

/** What a video is when neither its request nor its model says anything else; and words as long as a few lines of dialogue. */
const USUAL = { durationSec: 5, resolution: "720p", prompt: "-".repeat(100) } as const;

/** Whole credits for each output. The same for a request and for what `withPriced` makes of it. */
export function priceOf(prices: Prices, provider: string, model: Model, request: Priced = {}): number {
  const rule = priceRuleOf(prices, provider, model);
  const price = wholeCredits(amountOf(rule, withPriced(prices, provider, model, request)));
  if (!Number.isSafeInteger(price) || price < 0)
    throw new Error(`${provider}/${model.id} has no price that can be paid`);
  return price;
}

/** The operator's, by model before by provider, where it fits; else the model's own. */
export function priceRuleOf(prices: Prices, provider: string, model: Model): PriceRule {
  const laid = [ownOf(prices, `${provider}/${model.id}`), ownOf(prices, provider)];
  const price = laid.find((each) => each !== undefined && fits(model, each)) ?? model.price;
  return typeof price === "number" ? { unit: "output", amount: price } : price;
}

/** A price by the second or by the character counts for what has seconds or characters: for anything else of the same name it is as if it were not there. */
export function fits({ type, sounds = [] }: Model, price: number | PriceRule): boolean {
  if (typeof price === "number" || price.unit === "output") return true;
  if (price.unit === "character") return sounds.includes("speech") && !sounds.includes("music");
  return type === "video" || (sounds.includes("music") && !sounds.includes("speech"));
}

/** For one output, in the rule's own currency. */
export function amountOf({ unit, amount, tiers }: Rule, request: Priced): number {
  const named = tiers && request[tiers.by];
  const ofTier = named === undefined ? undefined : ownOf(tiers?.amounts ?? {}, named);
  return (ofTier ?? amount) * quantities[unit](request);
}

/**
 * The request with all that its price or its cost depends on, where it leaves that open: the adapter is told what was priced, and what the
 * user pays for is what is made.
 */
export function withPriced<R extends Priced>(prices: Prices, provider: string, model: Model, request: R): R {
  const rules: Rule[] = [priceRuleOf(prices, provider, model), ...(model.cost ? [model.cost] : [])];
  const missing = rules.flatMap(fieldsOf).filter((field) => request[field] === undefined);
  const found = missing.map((field) => [field, defaultOf(model, field)]).filter(([, value]) => value !== undefined);
  return found.length === 0 ? request : { ...request, ...Object.fromEntries(found) };
}

function fieldsOf({ unit, tiers }: Rule): Exclude<keyof Defaults, "ratio">[] {
  return [...(unit === "second" ? (["durationSec"] as const) : []), ...(tiers ? [tiers.by] : [])];
}

/** What the model says, else what is usual, else the first that it makes. Undefined: its own affair, which the rule's plain amount is for. */
function defaultOf(model: Model, field: keyof Defaults): string | number | undefined {
  const said = model.defaults?.[field];
  if (said !== undefined || model.type !== "video") return said;
  if (field === "durationSec") return usualOf(model.durations, USUAL.durationSec);
  return field === "resolution" ? usualOf(model.resolutions, USUAL.resolution) : undefined;
}

function usualOf<T>(made: readonly T[] | undefined, usual: T): T {
  return !made || made.includes(usual) ? usual : (made[0] ?? usual);
}

/** Upwards, but not for the dust of broken numbers: 50 × 0.14 is 7. */
function wholeCredits(amount: number): number {
  return Math.ceil(Number(amount.toPrecision(12)));
}

function ownOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
