// Who may be asked for what, at which price: the first offer is the wanted one, the next is another model.
import { priceOf, withPriced } from "../../credits/prices.ts";
import type { MadeKind, ProviderRequest } from "../../ports/provider.ts";
import type { Sound } from "../../ports/wishes.ts";
import type { Offer, Shape, Snapshot, Takes } from "../plan.ts";

/** Who puts files together. */
export const ASSEMBLY = "assembly";

type Offered = Pick<Snapshot, "offers">;

/** Two of them at most. Empty: nobody makes that here. */
export function offersFor({ offers }: Offered, type: MadeKind, sound?: Sound["kind"]): readonly Offer[] {
  const making = offers[type].filter(({ provider }) => provider !== ASSEMBLY);
  return making.filter(({ model }) => sound === undefined || model.sounds?.includes(sound)).slice(0, 2);
}

export function takesOf({ model, takes }: Offer): Takes {
  return takes ?? { ...leastTaken, durations: model.durations ?? [] };
}

/** Such an offer is told words alone, and few of them. */
const leastTaken: Omit<Takes, "durations"> = {
  ...{ promptLength: 500, hasSeed: false, pictures: 0 },
  shapes: { "16:9": {}, "9:16": {}, "1:1": {} },
  shapesByPictures: { "16:9": {}, "9:16": {}, "1:1": {} },
};

export function shapeOf(offer: Offer, ratio: keyof Takes["shapes"], goesByPictures: boolean): Shape {
  const { shapes, shapesByPictures } = takesOf(offer);
  return (goesByPictures ? shapesByPictures : shapes)[ratio];
}

/** With all that the price depends on. */
export function priced(
  offer: Offer,
  request: Omit<ProviderRequest, "model">,
): { request: ProviderRequest; price: number } {
  const { provider, model } = offer;
  const prices = pricesOf(offer);
  const whole = withPriced(prices, provider, model, { ...request, model: model.id });
  return { request: whole, price: priceOf(prices, provider, model, whole) };
}

export function priceFor(offer: Offer, request: Pick<ProviderRequest, "size" | "resolution" | "durationSec">): number {
  return priceOf(pricesOf(offer), offer.provider, offer.model, request);
}

/** Nothing, where the operator has no price for it. */
export function assemblyPrice({ offers }: Offered, type: MadeKind, make: string): number {
  const offer = offers[type].find(({ provider, model }) => provider === ASSEMBLY && model.id === make);
  return offer ? priceFor(offer, {}) : 0;
}

function pricesOf({ provider, model, price }: Offer) {
  return { [`${provider}/${model.id}`]: price };
}
