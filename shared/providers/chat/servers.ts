// The servers that speak OpenAI's chat language, each with what is its own. One more: its id here and in `shared/config/chat.ts`.
import type { ChatId, VendorConfig } from "../../config/vendors.ts";

/** How a server is told to answer JSON: held to a schema, only asked for an object, or in Ollama's own way. */
export type Dialect = "json_schema" | "json_object" | "ollama";

export interface Server {
  id: ChatId;
  /** For people. */
  name: string;
  /** Where its API begins when the operator does not say; null: only the operator knows. */
  baseUrl: string | null;
  /** Pictures that one question may show. */
  maxInputs: number;
  /** Credits for a text, where its models are the operator's to name. */
  price: number;
  /** What its models think to themselves spoils JSON, and costs: said in the server's own words. */
  withoutThinking: Readonly<Record<string, unknown>>;
  /** The parameter that limits an answer. */
  limitName: "max_tokens" | "max_completion_tokens";
  /** Whether a temperature may be said: models that think refuse it. */
  takesTemperature: boolean;
}

export const servers: Readonly<Record<ChatId, Server>> = {
  cloud_qwen: {
    id: "cloud_qwen",
    name: "Qwen on Model Studio",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    maxInputs: 0,
    price: 5,
    withoutThinking: { enable_thinking: false },
    limitName: "max_tokens",
    takesTemperature: true,
  },
  openai_chat: {
    id: "openai_chat",
    name: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    maxInputs: 0,
    price: 10,
    withoutThinking: {},
    limitName: "max_completion_tokens",
    takesTemperature: false,
  },
  local_qwen: {
    id: "local_qwen",
    name: "the local model",
    baseUrl: null,
    maxInputs: 0,
    price: 1,
    withoutThinking: { chat_template_kwargs: { enable_thinking: false } },
    limitName: "max_tokens",
    takesTemperature: true,
  },
  local_qwen_vl: {
    id: "local_qwen_vl",
    name: "the local model that sees",
    baseUrl: null,
    maxInputs: 5,
    price: 1,
    withoutThinking: {},
    limitName: "max_tokens",
    takesTemperature: true,
  },
};

/** Vendor documentation, structured output: these are held to a schema; others answer an object and no more. */
const heldToSchema = /^qwen3\.7-(plus|flash|max)|^qwen3\.8-(max|flash)/;

/** Ollama's own API is the one that takes a schema as it is: an address that ends in `/api` means that. */
export function dialectOf({ id }: Server, { baseUrl }: VendorConfig, model: string): Dialect {
  if (baseUrl?.endsWith("/api")) return "ollama";
  return id === "cloud_qwen" && !heldToSchema.test(model) ? "json_object" : "json_schema";
}

/** Throws where the operator has to say it, and has not. */
export function baseUrlOf({ id, baseUrl }: Server, config: VendorConfig): string {
  const found = config.baseUrl ?? baseUrl;
  if (found === null) throw new Error(`${id} has no address`);
  return found;
}
