// What every provider offers, at the prices in force.
import { type Prices, priceOf, priceRuleOf } from "../../credits/prices.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { modelsOf, unavailability } from "../asking/choose-model.ts";

interface Deps {
  clock: Clock;
  providers: ReadonlyMap<string, OfferedProvider>;
  generation: { prices: Prices; isDryRun: boolean };
}

/** `price`: credits for each output. Where everything is drawn instead of generated, only files that exist already may cost something. */
export function publicModels({ clock, providers, generation: { prices, isDryRun } }: Deps) {
  return modelsOf(providers).map(({ provider, model }) => {
    const { id, type, operations, maxOutputs, minInputs, maxInputs, sizes, sizeRule, durations, durationRange } = model;
    const { ratios, resolutions, qualities, sounds, voices, defaults, endOfLife, replacedBy } = model;
    const isFree = isDryRun && provider.id !== "import";
    const unavailable = unavailability({ provider, model }, clock.now());
    return {
      id,
      provider: provider.id,
      type,
      operations,
      maxOutputs,
      inputs: { min: minInputs ?? 0, max: maxInputs ?? 0 },
      ...(sizes && { sizes }),
      ...(sizeRule && { sizeRule }),
      ...(durations && { durations }),
      ...(durationRange && { durationRange }),
      ...(ratios && { ratios }),
      ...(resolutions && { resolutions }),
      ...(qualities && { qualities }),
      ...(sounds && { sounds }),
      ...(voices && { voices }),
      ...(defaults && { defaults }),
      price: isFree ? 0 : priceOf(prices, provider.id, model),
      pricing: isFree ? { unit: "output", amount: 0 } : priceRuleOf(prices, provider.id, model),
      available: unavailable === null,
      ...(unavailable && { unavailable }),
      ...(endOfLife !== undefined && { endOfLife }),
      ...(replacedBy !== undefined && { replacedBy }),
      ...(model.isForTests && { isForTests: true }),
    };
  });
}
