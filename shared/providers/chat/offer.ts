// What a language model's server offers. Light: functions that only take requests carry it.
import type { ChatId, VendorConfig } from "../../config/vendors.ts";
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Model, OfferedProvider, ProviderRequest } from "../../ports/provider.ts";
import { accountOf } from "../calling/account.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";
import { listAt, textAt } from "../calling/json.ts";
import { registered, validateByModel } from "../calling/registry.ts";
import cloudQwen from "./cloud_qwen.models.json" with { type: "json" };
import openaiChat from "./openai_chat.models.json" with { type: "json" };
import { baseUrlOf, dialectOf, type Server, servers } from "./servers.ts";
import { canHold } from "./tokens.ts";

/** One answer holds them all: what is longer is cut at a model's limit. */
export const MAX_SCENES = 30;
const MAX_PROMPT_LENGTH = 4000;
/** Of both questions together, as long as the model is heard of: what a step has, less what else it does. */
const START_TIMEOUT_MS = 780_000;

/** What servers that are not the operator's own serve. */
const known: Readonly<Partial<Record<ChatId, readonly Model[]>>> = {
  cloud_qwen: registered(cloudQwen),
  openai_chat: registered(openaiChat),
};

export function offer(id: ChatId, config: VendorConfig | null): OfferedProvider {
  const server = servers[id];
  const models = modelsOf(server, config);
  return {
    id,
    isConfigured: config !== null,
    models,
    // Words are made anew for little, and nobody is charged twice for them by us.
    lostSubmit: "restart",
    isSynchronous: true,
    canCancel: false,
    typicalMs: 30_000,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(config && { limits: { account: accountOf(`${config.baseUrl ?? ""} ${config.apiKey}`) } }),

    validate: (request) => validate(models, request, { id, maxTokens: config?.maxTokens }),

    async health(signal) {
      if (!config) throw new Error(`${id} has no server`);
      const base = baseUrlOf(server, config);
      const isOllama = dialectOf(server, config, "") === "ollama";
      const answer = await callVendor({
        ...{ method: "GET", url: `${base}/${isOllama ? "tags" : "models"}`, signal },
        headers: authorization(config),
      });
      return healthBy(answer, models, isOllama);
    },
  };
}

export function authorization({ apiKey }: VendorConfig): Record<string, string> {
  return apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` };
}

/** A server of the operator's own serves what the operator says; the others have their list. */
function modelsOf({ id, price, maxInputs }: Server, config: VendorConfig | null): readonly Model[] {
  const own = config?.modelIds ?? [];
  if (own.length === 0) return known[id] ?? [];
  return own.map((model) => ({
    ...{ id: model, type: "text", operations: ["generate"], price, maxOutputs: 1 },
    ...(maxInputs > 0 && { maxInputs }),
  }));
}

function validate(
  models: readonly Model[],
  request: ProviderRequest,
  { id, maxTokens = Number.POSITIVE_INFINITY }: { id: ChatId; maxTokens: number | undefined },
): ErrorDetail[] {
  const wrong = validateByModel(models, request);
  const letters = [...request.prompt].length;
  if (request.prompt.trim() === "" || letters > MAX_PROMPT_LENGTH) {
    wrong.push({ path: "prompt", message: `must be 1 to ${MAX_PROMPT_LENGTH} characters, not only white space` });
  }
  const { screenplay } = request;
  if (!screenplay) return [...wrong, { path: "model", message: "writes screenplays only" }];
  if (screenplay.episodes * screenplay.scenesPerEpisode > MAX_SCENES) {
    const message = `with scenesPerEpisode there would be more than ${MAX_SCENES} scenes, which no answer of this model holds`;
    wrong.push({ path: "episodes", message });
  } else if (!canHold(maxTokens, screenplay)) {
    const limit = `${id.toUpperCase()}_MAX_TOKENS, which is ${maxTokens}`;
    const message = `with scenesPerEpisode there would be more scenes than an answer of this model holds: its operator says how much by ${limit}`;
    wrong.push({ path: "episodes", message });
  }
  return wrong;
}

const REFUSED_KEY = "The provider refuses this server's key. Its operator has to look at it.";

/** A gateway may have no list of its models: it has answered. */
function healthBy(answer: VendorAnswer, models: readonly Model[], isOllama: boolean) {
  const { status, json } = answer;
  if (status === 401 || status === 403) return { status: "down", message: REFUSED_KEY } as const;
  if (status >= 500) return { status: "down", message: "The provider does not answer as it should just now." } as const;
  const served = isOllama
    ? listAt(json, "models").map((each) => textAt(each, "name"))
    : listAt(json, "data").map((each) => textAt(each, "id"));
  const absent = models.filter(({ id }) => !served.includes(id) && !served.includes(`${id}:latest`));
  if (served.length === 0 || absent.length === 0) return { status: "up" } as const;
  const names = absent.map(({ id }) => id).join(", ");
  return {
    status: "up",
    message: `It does not list ${names}. ${isOllama ? "Its operator can pull it." : ""}`.trim(),
  } as const;
}
