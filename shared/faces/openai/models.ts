// What there is to choose from, as OpenAI's clients list it: by a name that is unique, each once, and what the operator calls them beside.
import { isServed, modelsOf } from "../../jobs/asking/choose-model.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Model, OfferedProvider } from "../../ports/provider.ts";
import { modelName } from "./model-name.ts";

interface Deps {
  clock: Clock;
  providers: ReadonlyMap<string, OfferedProvider>;
  aliases: Readonly<Record<string, string>>;
}

export function openAiModels({ clock, providers, aliases }: Deps) {
  const usable = modelsOf(providers).filter(
    ({ provider, model }) =>
      provider.isConfigured && provider.id !== "import" && isServed(model, clock.now()) && isFor(model),
  );
  const ownerOf = new Map(usable.map(({ provider, model }) => [modelName(provider, model), provider.id]));
  const named = Object.entries(aliases).flatMap(([alias, name]): [string, string][] => {
    const owner = ownerOf.get(name);
    return owner === undefined ? [] : [[alias, owner]];
  });
  // Nobody knows since when there is one.
  return [...ownerOf, ...named].map(([id, owner]) => ({ id, object: "model", created: 0, owned_by: owner }));
}

/** For some route that there is here. */
function isFor({ type, sounds }: Model): boolean {
  return type === "image" || type === "video" || (sounds?.includes("speech") ?? false);
}
