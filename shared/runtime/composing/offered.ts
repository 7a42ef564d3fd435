// Settings that name a provider or a model are of some that there are.
import type { Config } from "../../config/config.ts";
import { ConfigError, type ConfigProblem } from "../../config/config-error.ts";
import { findModel } from "../../jobs/asking/fallback.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { priceProblems } from "./require-prices.ts";

/** Throws ConfigError for settings that name what these providers do not have. */
export function requireOffered(config: Config, offered: readonly OfferedProvider[]): void {
  const providers = byId(offered);
  const problems = [
    ...defaultProblems(config, providers),
    ...fallbackProblems(config, providers),
    ...aliasProblems(config, providers),
    ...priceProblems(config, providers),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

/** A default that generates nothing would refuse every request that leaves the choice to it; `import` only keeps what exists. */
function defaultProblems(config: Config, providers: ReadonlyMap<string, OfferedProvider>): ConfigProblem[] {
  return (["image", "video", "text", "audio"] as const).flatMap((type) => {
    const id = config.defaultProvider[type];
    const generating = [...providers.values()].filter(
      (provider) =>
        provider.id !== "import" &&
        provider.models.some((model) => model.type === type && !model.isForTests && !model.isForProductions),
    );
    if (id === null || generating.some((provider) => provider.id === id)) return [];
    const variable = `DEFAULT_${type.toUpperCase()}_PROVIDER`;
    const names = generating.map((provider) => provider.id).join(", ");
    return [{ variable, message: `must be a provider for ${type}s: ${names}` }];
  });
}

function aliasProblems({ modelAliases }: Config, providers: ReadonlyMap<string, OfferedProvider>): ConfigProblem[] {
  const absent = Object.values(modelAliases).filter((name) => !findModel(providers, name));
  if (absent.length === 0) return [];
  return [{ variable: "MODEL_ALIASES", message: `there is no ${absent.join(" and no ")} here` }];
}

/** One that could never take over is a mistake: both models are there, make the same kind of file, and the second one's vendor has a key. */
function fallbackProblems({ fallbacks }: Config, providers: ReadonlyMap<string, OfferedProvider>): ConfigProblem[] {
  const problems = Object.entries(fallbacks).flatMap(([from, to]) => {
    const [own, other] = [findModel(providers, from), findModel(providers, to)];
    const absent = [...(own ? [] : [from]), ...(other ? [] : [to])];
    if (absent.length > 0) return `there is no ${absent.join(" and no ")} here`;
    if (own?.model.type !== other?.model.type) return `${from} and ${to} do not make the same kind of file`;
    if (to.startsWith("import/") || from.startsWith("import/")) return "import generates nothing";
    return other?.provider.isConfigured ? [] : `${other?.provider.id} has no key here, so ${to} can take nothing over`;
  });
  return problems.map((message) => ({ variable: "FALLBACKS", message }));
}

export function byId<P extends OfferedProvider>(providers: readonly P[]): ReadonlyMap<string, P> {
  return new Map(providers.map((provider) => [provider.id, provider]));
}
