// Which other model takes a job over when its own fails or stays away: the one that the operator named, if it can do the very same.
import type { Clock } from "../../ports/clock.ts";
import type { InputFile, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";
import type { ModelName } from "../job.ts";
import { type Choice, isServed } from "./choose-model.ts";

interface Deps {
  clock: Clock;
  providers: ReadonlyMap<string, OfferedProvider>;
  generation: { fallbacks: Readonly<Record<string, string>> };
}

/** Null when none is named, or it cannot do what is asked: the job then stays with its own. `inputs`: those that lie in the store already. */
export function fallbackOf(
  { clock, providers, generation }: Deps,
  { provider, model }: Choice,
  request: ProviderRequest,
  inputs: readonly InputFile[],
): ModelName | null {
  const named = generation.fallbacks[`${provider.id}/${model.id}`];
  const other = named === undefined ? null : findModel(providers, named);
  if (!other?.provider.isConfigured || !isServed(other.model, clock.now())) return null;
  if (other.model.type !== request.type || request.n > other.model.maxOutputs) return null;
  const asked = { ...request, model: other.model.id, ...(inputs.length > 0 && { inputs }) };
  return other.provider.validate(asked).length === 0 ? { provider: other.provider.id, model: other.model.id } : null;
}

/** By `provider/model`; a model's id may have slashes of its own. */
export function findModel(providers: ReadonlyMap<string, OfferedProvider>, name: string): Choice | null {
  const slash = name.indexOf("/");
  const provider = providers.get(name.slice(0, slash));
  const model = provider?.models.find(({ id }) => id === name.slice(slash + 1));
  return provider && model ? { provider, model } : null;
}
