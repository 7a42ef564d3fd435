// Which of our models a name means that a program sends: `provider/model`, a model, a provider, or what the operator has said of it.
import { modelsOf } from "../../jobs/asking/choose-model.ts";
import type { MadeKind, Model, OfferedProvider } from "../../ports/provider.ts";
import type { Sound } from "../../ports/wishes.ts";

export interface Chosen {
  /** As a generation names them; both undefined: whatever is the default. */
  provider: string | undefined;
  model: string | undefined;
  /** What is known of the model, where it was named and is there. */
  offer: Model | undefined;
}

interface Deps {
  providers: ReadonlyMap<string, OfferedProvider>;
  /** By the name that programs send: the provider/model that is meant. */
  aliases: Readonly<Record<string, string>>;
}

interface Kind {
  type: MadeKind;
  sound?: Sound["kind"];
}

/** Throws nothing: a name that nobody knows is passed on, and refused with what there is. */
export function chosenBy({ providers, aliases }: Deps, name: string | null | undefined, { type, sound }: Kind): Chosen {
  if (name === null || name === undefined || name === "default")
    return { provider: undefined, model: undefined, offer: undefined };
  const meant = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
  const offered = modelsOf(providers).filter(
    ({ model }) => model.type === type && (sound === undefined || model.sounds?.includes(sound)),
  );
  const byBoth = offered.find(({ provider, model }) => modelName(provider, model) === meant);
  if (byBoth) return { provider: byBoth.provider.id, model: byBoth.model.id, offer: byBoth.model };
  const byModel = offered.find(({ model, provider }) => model.id === meant && provider.isConfigured);
  if (byModel) return { provider: undefined, model: meant, offer: byModel.model };
  const isProvider = offered.some(({ provider }) => provider.id === meant);
  return isProvider
    ? { provider: meant, model: undefined, offer: undefined }
    : { provider: undefined, model: meant, offer: undefined };
}

export function modelName(provider: Pick<OfferedProvider, "id">, model: Pick<Model, "id">): string {
  return `${provider.id}/${model.id}`;
}
