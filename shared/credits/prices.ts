// What an output costs: the model's own rule, with the operator's PRICES laid over it. Quotes, models and charges all come from here.
import type { Model, PriceRule, ProviderRequest, Rule } from "../ports/provider.ts";

/** By `provider` or `provider/model`; the more exact one counts. A number is for each output. */
export type Prices = Readonly<Record<string, number | PriceRule>>;

/** What a rule looks at. */
export type Priced = Pick<ProviderRequest, "size" | "resolution" | "quality" | "durationSec">;

/** Whole credits for each output. */
export function priceOf(prices: Prices, provider: string, model: Model, request: Priced = {}): number {
  return Math.ceil(amountOf(priceRuleOf(prices, provider, model), request));
}

export function priceRuleOf(prices: Prices, provider: string, model: Model): PriceRule {
  const price = prices[`${provider}/${model.id}`] ?? prices[provider] ?? model.price;
  return typeof price === "number" ? { unit: "output", amount: price } : price;
}

/** For one output, in the rule's own currency. */
export function amountOf({ unit, amount, tiers }: Rule, request: Priced): number {
  const named = tiers && request[tiers.by];
  const each = (named !== undefined && tiers?.amounts[named]) || amount;
  return unit === "second" ? each * (request.durationSec ?? DEFAULT_SECONDS) : each;
}

/** What a video is when nobody says how long it is to be. */
const DEFAULT_SECONDS = 5;
