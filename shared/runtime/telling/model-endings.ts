// Telling the operator that vendors are about to stop serving models that are in use here, and what to use instead.
import { isServed, modelsOf } from "../../jobs/asking/choose-model.ts";
import type { Log } from "../../ports/log.ts";
import type { OfferedProvider } from "../../ports/provider.ts";

export interface ModelEnding {
  provider: string;
  model: string;
  /** The last day on which it is served. */
  endOfLife: string;
  replacedBy: string | undefined;
  isOver: boolean;
}

const NEAR_MS = 30 * 86_400_000;

/** Models of configured providers that have ended, or end within 30 days; one that makes pictures and videos counts once. */
export function modelEndings(providers: readonly OfferedProvider[], now: number): ModelEnding[] {
  const configured = new Map(providers.filter(({ isConfigured }) => isConfigured).map((each) => [each.id, each]));
  const endings = modelsOf(configured).flatMap(({ provider, model }) => {
    const { id, endOfLife, replacedBy } = model;
    if (endOfLife === undefined || isServed(model, now + NEAR_MS)) return [];
    return [{ provider: provider.id, model: id, endOfLife, replacedBy, isOver: !isServed(model, now) }];
  });
  return [...new Map(endings.map((ending) => [`${ending.provider}/${ending.model}`, ending])).values()];
}

export function warnOfEndings(log: Log, providers: readonly OfferedProvider[], now: number): void {
  for (const { isOver, ...ending } of modelEndings(providers, now)) {
    if (isOver) log.warn(ending, "a model is not served any more");
    else log.warn(ending, "a model will not be served much longer");
  }
}
