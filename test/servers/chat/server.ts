// Servers of language models over HTTP: OpenAI's chat language as vLLM and Model Studio speak it, and Ollama's own. Answers are typed from documentation.
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { describe } from "../../../shared/http/issues.ts";
import { type Reply, startVendorServer, type VendorRequestSeen, type VendorServer } from "../vendor/vendor-server.ts";

export type Make = "vllm" | "old vllm" | "model studio" | "openai" | "ollama";

export interface ChatServer extends VendorServer {
  key: string;
  /** As an operator writes it. */
  baseUrl: string;
  model: string;
  /** The bodies of every question that was understood, oldest first. */
  asked: Asked[];
  /** What the next questions are answered instead of a whole screenplay: the text, and why it ended. Each is used once. */
  say(text: string, reason?: string): void;
}

export interface Asked {
  model: string;
  messages: { role: string; content: unknown; images?: string[] | undefined }[];
  [parameter: string]: unknown;
}

const message = z.strictObject({ role: z.string(), content: z.unknown(), images: z.optional(z.array(z.base64())) });
const compatible = {
  model: z.string(),
  messages: z.array(message).check(z.minLength(1)),
  stream: z.literal(true),
  temperature: z.optional(z.number()),
  seed: z.optional(z.int()),
};
const schemaFormat = z.strictObject({
  type: z.literal("json_schema"),
  json_schema: z.strictObject({
    name: z.string().check(z.regex(/^[\w-]{1,64}$/)),
    strict: z.literal(true),
    schema: z.looseObject({}),
  }),
});
const objectFormat = z.strictObject({ type: z.literal("json_object") });

/** What each takes: a parameter that it does not know is refused, as the strictest of its kind do. */
const bodies: Readonly<Record<Make, z.ZodMiniType>> = {
  vllm: z.strictObject({
    ...compatible,
    max_tokens: z.int(),
    response_format: z.union([schemaFormat, objectFormat]),
    chat_template_kwargs: z.optional(z.strictObject({ enable_thinking: z.boolean() })),
  }),
  "old vllm": z.strictObject({
    ...compatible,
    max_tokens: z.int(),
    response_format: objectFormat,
    chat_template_kwargs: z.optional(z.strictObject({ enable_thinking: z.boolean() })),
  }),
  "model studio": z.strictObject({
    ...compatible,
    max_tokens: z.int(),
    response_format: z.union([schemaFormat, objectFormat]),
    enable_thinking: z.literal(false),
  }),
  openai: z.strictObject({
    ...{ model: compatible.model, messages: compatible.messages, stream: compatible.stream, seed: compatible.seed },
    max_completion_tokens: z.int(),
    response_format: schemaFormat,
  }),
  ollama: z.strictObject({
    ...{ model: compatible.model, messages: compatible.messages, stream: compatible.stream },
    format: z.looseObject({ type: z.literal("object") }),
    think: z.literal(false),
    options: z.strictObject({
      temperature: z.number(),
      num_predict: z.int(),
      num_ctx: z.int(),
      seed: z.optional(z.int()),
    }),
  }),
};

export async function startChatServer(make: Make = "vllm", model = "Qwen/Qwen3-8B"): Promise<ChatServer> {
  const key = make === "ollama" ? "" : `sk-${randomUUID()}`;
  const asked: Asked[] = [];
  const said: { text: string; reason: string }[] = [];
  const isOllama = make === "ollama";

  const vendor = await startVendorServer({
    kindOf(method, path) {
      if (method === "GET" && path === (isOllama ? "/api/tags" : "/v1/models")) return "health";
      return method === "POST" && path === (isOllama ? "/api/chat" : "/v1/chat/completions") ? "start" : null;
    },
    answer(request) {
      if (key !== "" && request.headers.authorization !== `Bearer ${key}`)
        return wrong(401, "Incorrect API key.", "invalid_api_key");
      if (request.kind === "health") return listed();
      return request.kind === "start" ? answered(request) : wrong(404, "Not Found", "not_found");
    },
  });

  function listed(): Reply {
    if (isOllama) return { status: 200, body: { models: [{ name: model, model, size: 1 }] } };
    return { status: 200, body: { object: "list", data: [{ id: model, object: "model", owned_by: make }] } };
  }

  function answered({ body }: VendorRequestSeen): Reply {
    const parsed = bodies[make].safeParse(JSON.parse(String(body)), { error: describe });
    if (!parsed.success)
      return wrong(400, `${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`, "invalid");
    const question = parsed.data as Asked;
    if (question.model !== model) return wrong(404, `The model ${question.model} does not exist.`, "model_not_found");
    // Vendor documentation: JSON without a schema demands the word in a message.
    if (!JSON.stringify(question.messages).toLowerCase().includes("json"))
      return wrong(400, "'messages' must contain the word 'json'.", "invalid");
    asked.push(question);
    const { text, reason } = said.shift() ?? { text: JSON.stringify(screenplayFor(question)), reason: "stop" };
    return { status: 200, ...streamOf(make, model, text, reason) };
  }

  function wrong(status: number, text: string, code: string): Reply {
    if (isOllama) return { status, body: { error: text } };
    if (make === "old vllm")
      return { status, body: { object: "error", message: text, type: "BadRequestError", param: null, code: status } };
    return { status, body: { error: { message: text, type: "invalid_request_error", param: null, code } } };
  }

  const baseUrl = `${vendor.url}/${isOllama ? "api" : "v1"}`;
  return Object.assign(vendor, {
    key,
    baseUrl,
    model,
    asked,
    say: (text: string, reason = "stop") => void said.push({ text, reason }),
  });
}

/** What a stream is made of, piece by piece, as each kind of server frames it. */
export function piecesOf(make: Make, model: string, text: string, reason: string): string[] {
  const parts = text.match(/[\s\S]{1,400}/g) ?? [];
  if (make === "ollama") {
    const line = (more: object) => `${JSON.stringify({ model, created_at: "2026-11-28T10:00:00Z", ...more })}\n`;
    const said = parts.map((content) => line({ message: { role: "assistant", content }, done: false }));
    const ended = { message: { role: "assistant", content: "" }, done: true, done_reason: reason, eval_count: 1200 };
    return [...said, line(ended)];
  }
  const id = `chatcmpl-${randomUUID()}`;
  const event = (delta: object, finish_reason: string | null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1_795_000_000, model, choices })}\n\n`;
  };
  const said = parts.map((content) => event({ content }, null));
  return [event({ role: "assistant", content: "" }, null), ...said, event({}, reason), "data: [DONE]\n\n"];
}

function streamOf(make: Make, model: string, text: string, reason: string): Pick<Reply, "headers" | "body"> {
  const type = make === "ollama" ? "application/x-ndjson" : "text/event-stream; charset=utf-8";
  return { headers: { "content-type": type }, body: piecesOf(make, model, text, reason).join("") };
}

/** As a server, or a gateway before it, answers that knows of no streams. */
export function completion(model: string, content: string, finish_reason = "stop"): object {
  const usage = { prompt_tokens: 900, completion_tokens: 1200, total_tokens: 2100 };
  const choice = { index: 0, message: { role: "assistant", content, refusal: null }, finish_reason };
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: "chat.completion",
    created: 1_795_000_000,
    model,
    choices: [choice],
    usage,
  };
}

const numbers = z.object({ episodes: z.int(), scenesPerEpisode: z.int() });

/** A model that does as it is told, and no more. */
export function screenplayFor({ messages }: Pick<Asked, "messages">) {
  const asked = /\{.*\}/s.exec(JSON.stringify(messages.at(1)?.content).replaceAll('\\"', '"'))?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(asked)?.[1]);
  const { episodes, scenesPerEpisode } = numbers.parse({
    episodes: count("episodes"),
    scenesPerEpisode: count("scenesPerEpisode"),
  });
  return plainScreenplay(episodes, scenesPerEpisode);
}

export function plainScreenplay(episodes: number, scenesPerEpisode: number) {
  const scene = {
    ...{ place: "a pier", time: "night", mood: "calm", action: "A woman waits for the ferry.", durationSec: 8 },
    ...{ characters: ["c1"], lines: [{ character: "c1", text: "It is late, as I am." }] },
  };
  const episode = {
    title: "The pier",
    summary: "She waits.",
    scenes: Array.from({ length: scenesPerEpisode }, () => structuredClone(scene)),
  };
  return {
    ...{ title: "Ferry", logline: "A woman waits for a ferry that does not come." },
    characters: [
      { id: "c1", name: "Ida", role: "who waits", look: "a woman of forty in a yellow coat", voice: "woman" },
    ],
    episodes: Array.from({ length: episodes }, () => structuredClone(episode)),
  };
}
