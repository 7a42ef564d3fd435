// What every request to generate has in common.
import { PROVIDER } from "./settings.ts";

/** `provider/model` as `GET /ai/models` names them, a model alone, or `default` for the operator's choice. */
export function named(modelId: string): { provider?: string; model?: string } {
  if (modelId === "" || modelId === "default") return {};
  const slash = modelId.indexOf("/");
  if (slash < 0) return { model: modelId };
  return { provider: modelId.slice(0, slash), model: modelId.slice(slash + 1) };
}

/** `providerOptions.dreamFactory` is laid over the request: `negativePrompt`, `quality`, `metadata`, … as the API's reference names them. */
export function bodyOf(fields: object, options: Record<string, unknown> | undefined): object {
  const own = options?.[PROVIDER];
  const all = { ...fields, ...(typeof own === "object" && own) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

export interface Unsupported {
  type: "unsupported";
  feature: string;
  details?: string;
}

/** Of these, what was asked for all the same. */
export function unsupported(asked: Record<string, unknown>): Unsupported[] {
  return Object.entries(asked).flatMap(([feature, value]) =>
    value === undefined ? [] : [{ type: "unsupported" as const, feature }],
  );
}
