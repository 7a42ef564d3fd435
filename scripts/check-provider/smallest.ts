// The smallest thing that a vendor can be asked for, of its cheapest model.
import { amountOf, priceOf } from "../../shared/credits/prices.ts";
import type { Model, Money, OfferedProvider, ProviderRequest } from "../../shared/ports/provider.ts";

export interface Smallest {
  model: Model;
  request: ProviderRequest;
  /** Built-in. */
  credits: number;
  /** By the vendor's list, where that was read. */
  cost: Money | null;
  /** ISO date on which the list was read. */
  listOf: string | null;
}

const PROMPT = "A red circle on a white background";

/** Throws when there is none, or no model of the wanted name. */
export function smallestOf(provider: OfferedProvider, wanted: string | undefined, today: string): Smallest {
  const all = provider.models.filter(({ id }) => wanted === undefined || id === wanted);
  if (all.length === 0) throw new Error(`${provider.id} has no model ${wanted}. It has: ${namesOf(provider.models)}.`);
  const found = all
    .filter(({ endOfLife }) => endOfLife === undefined || endOfLife >= today)
    .flatMap((model) => smallestBy(provider, model) ?? [])
    .toSorted((a, b) => a.credits - b.credits);
  const [least] = found;
  if (!least) throw new Error(`None of these can be asked for by words alone: ${namesOf(all)}.`);
  return least;
}

/** Null when the model needs more than words. */
function smallestBy(provider: OfferedProvider, model: Model): Smallest | null {
  const { id, type, operations, durations, cost } = model;
  if (!operations.includes("generate")) return null;
  const plain: ProviderRequest = {
    ...{ type, operation: "generate", model: id, prompt: PROMPT, n: 1, ...cheapestTier(model) },
    ...(durations && { durationSec: Math.min(...durations) }),
  };
  const sized = (model.sizes ?? []).map((size) => ({ ...plain, size }));
  const request = [plain, ...sized].find((each) => provider.validate(each).length === 0);
  if (!request) return null;
  return {
    ...{ model, request, credits: priceOf({}, provider.id, model, request) },
    cost: cost ? { amount: amountOf(cost, request), currency: cost.currency } : null,
    listOf: cost?.date ?? null,
  };
}

function cheapestTier({ price }: Model): Partial<ProviderRequest> {
  const tiers = typeof price === "number" ? undefined : price.tiers;
  const [cheapest] = Object.entries(tiers?.amounts ?? {}).toSorted(([, a], [, b]) => a - b);
  return tiers && cheapest ? { [tiers.by]: cheapest[0] } : {};
}

function namesOf(models: readonly Model[]): string {
  return models.map(({ id }) => id).join(", ");
}
