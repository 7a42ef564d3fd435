// What a vendor charges the operator for a success, where it does not say so itself: by the list that stands with its model.
import { amountOf, withPriced } from "../../credits/prices.ts";
import type { Money, OfferedProvider } from "../../ports/provider.ts";
import type { Job } from "../job.ts";

/** Undefined where nobody knows, or it costs nothing. */
export function listedCost(
  provider: Pick<OfferedProvider, "id" | "models"> | undefined,
  { type, request }: Pick<Job, "type" | "request">,
  outputs: number,
): Money | undefined {
  const model = provider?.models.find((each) => each.id === request.model && each.type === type);
  if (!provider || !model?.cost) return undefined;
  // Jobs of an older version, and those that another model took over, may leave open what this one is paid by.
  const each = amountOf(model.cost, withPriced({}, provider.id, model, request));
  return { amount: each * outputs, currency: model.cost.currency };
}
