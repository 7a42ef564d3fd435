// What an output costs: the adapter's own price, with the operator's PRICES laid over it.
import type { Model } from "../ports/provider.ts";

/** Credits for each output by `provider` or `provider/model`; the more exact one counts. */
export type Prices = Readonly<Record<string, number>>;

export function priceOf(prices: Prices, provider: string, model: Model): number {
  return prices[`${provider}/${model.id}`] ?? prices[provider] ?? model.price;
}
