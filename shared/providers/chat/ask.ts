// One question to a language model's server, in the way in which it wants to be asked for JSON.
import type { VendorConfig } from "../../config/vendors.ts";
import type { Failure } from "../../ports/provider.ts";
import { openVendor, parsed, textOf, type VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, numberAt, textAt } from "../calling/json.ts";
import { authorization } from "./offer.ts";
import { baseUrlOf, type Dialect, type Server } from "./servers.ts";
import { withoutSilence } from "./silence.ts";
import { readStreamed, type Said } from "./streamed.ts";
import type { Message } from "./words.ts";

export interface Question {
  model: string;
  messages: readonly Message[];
  /** `data:` URLs; shown with the first message of the user's. */
  pictures: readonly string[];
  schema: Record<string, unknown>;
  seed: number | undefined;
  dialect: Dialect;
  /** The most that the answer may have. */
  maxTokens: number;
  /** What a server of Ollama's has to keep in mind, in tokens: the same for all questions of one text. */
  contextTokens: number;
}

/** `isCut`: the model came to its limit before it had ended. */
export type Answer = { text: string; isCut: boolean } | { failure: Failure };

const TEMPERATURE = 0.8;
/** An answer in one piece, or what is wrong. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The answer comes in pieces, so that a slow model is known to be alive. Throws when there is none, or one that says nothing or breaks off. */
export async function ask(
  server: Server,
  config: VendorConfig,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const isOllama = question.dialect === "ollama";
  const read = await withoutSilence(config.idleMs, signal, async (signal, isHeard) => {
    const answer = await openVendor({
      ...{ method: "POST", url: `${baseUrlOf(server, config)}/${isOllama ? "chat" : "chat/completions"}`, signal },
      headers: { ...authorization(config), "content-type": "application/json" },
      body: JSON.stringify(isOllama ? nativeBody(question) : compatibleBody(server, question)),
    });
    const { status, headers } = answer;
    const body = heard(answer.body, isHeard);
    // A gateway may know of no streams, and answers in one piece.
    const isStream = isOllama || /event-stream/i.test(headers.get("content-type") ?? "");
    if (status === 200 && isStream)
      return { status, headers, said: await readStreamed(body, isOllama ? "lines" : "events") };
    return { status, headers, json: parsed(await textOf(body, MAX_BYTES)) };
  });
  if ("said" in read) return readSaid(server, read.said, read.headers);
  if (read.status === 400 && question.dialect === "json_schema" && isAboutSchema(read)) {
    return ask(server, config, { ...question, dialect: "json_object" }, signal);
  }
  return read.status === 200 ? readWhole(read) : { failure: failureOf(server, read) };
}

async function* heard(body: AsyncIterable<Uint8Array>, isHeard: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    isHeard();
    yield chunk;
  }
}

function compatibleBody(server: Server, { model, messages, pictures, schema, seed, dialect, maxTokens }: Question) {
  const response_format =
    dialect === "json_schema"
      ? { type: "json_schema", json_schema: { name: "screenplay", strict: true, schema } }
      : { type: "json_object" };
  return {
    model,
    messages: shown(messages, pictures, (text, urls) => [
      ...urls.map((url) => ({ type: "image_url", image_url: { url } })),
      { type: "text", text },
    ]),
    response_format,
    stream: true,
    [server.limitName]: maxTokens,
    ...(server.takesTemperature && { temperature: TEMPERATURE }),
    ...(seed !== undefined && { seed }),
    ...server.withoutThinking,
  };
}

/** Ollama's documentation of `/api/chat`: pictures as base64 without a prefix. */
function nativeBody({ model, messages, pictures, schema, seed, maxTokens, contextTokens }: Question) {
  const images = pictures.map((url) => url.slice(url.indexOf(",") + 1));
  const at = messages.findIndex(({ role }) => role === "user");
  return {
    model,
    messages: messages.map((message, i) => (i === at && images.length > 0 ? { ...message, images } : message)),
    format: schema,
    stream: true,
    think: false,
    options: {
      temperature: TEMPERATURE,
      num_predict: maxTokens,
      num_ctx: contextTokens,
      ...(seed !== undefined && { seed }),
    },
  };
}

function shown(
  messages: readonly Message[],
  pictures: readonly string[],
  parts: (text: string, urls: readonly string[]) => object[],
): object[] {
  const first = messages.findIndex(({ role }) => role === "user");
  return messages.map((message, i) =>
    i === first && pictures.length > 0 ? { ...message, content: parts(message.content, pictures) } : message,
  );
}

/** A server of an older make knows no schema, or not all of its words. */
function isAboutSchema({ json }: VendorAnswer): boolean {
  return /response_format|json_schema|schema|grammar|structured/i.test(saidOf(json) ?? "");
}

function readSaid(server: Server, { text, refusal, reason, isEnded, error }: Said, headers: Headers): Answer {
  // It had answered 200 before it knew: the status is in what it says then, if anywhere.
  if (error !== undefined) return { failure: failureOf(server, { status: statusIn(error), headers, json: error }) };
  if (refusal !== "" || reason === "content_filter") return { failure: refusedContent(refusal) };
  if (!isEnded && reason === undefined) throw new Error("the model's answer broke off");
  return { text, isCut: reason === "length" };
}

function statusIn(error: unknown): number {
  const code = numberAt(error, "error", "code") ?? numberAt(error, "code") ?? 500;
  return code >= 400 && code < 600 ? code : 500;
}

function readWhole(answer: VendorAnswer): Answer {
  const { json } = answer;
  const choice = at(json, "choices", 0) ?? json;
  const reason = textAt(choice, "finish_reason");
  const refusal = textAt(choice, "message", "refusal");
  if (refusal !== undefined || reason === "content_filter") return { failure: refusedContent(refusal) };
  const text = at(choice, "message", "content");
  if (typeof text !== "string") throw new UnclearAnswer(answer);
  return { text, isCut: reason === "length" };
}

/** OpenAI's shape, vLLM's older one without the envelope, and Ollama's bare text. */
function saidOf(json: unknown): string | undefined {
  return textAt(json, "error", "message") ?? textAt(json, "error") ?? textAt(json, "message");
}

// Vendor documentation: Model Studio refuses by `data_inspection_failed`, OpenAI by `content_policy_violation`.
const ofContent = ["data_inspection_failed", "DataInspectionFailed", "content_policy_violation", "moderation_blocked"];
const ofAccount = ["insufficient_quota", "Arrearage", "invalid_api_key"];

/** vLLM, SGLang and OpenAI say it in other words each time, and name a length of context or the parameter. */
const aboutTokens =
  /context length|context window|maximum context|max_tokens|max_completion_tokens|max_model_len|too many tokens/i;

function tooManyTokens({ id }: Server): Failure {
  const message = `The language model cannot hold an answer of this length. Ask for fewer episodes or scenes; its operator can set ${id.toUpperCase()}_MAX_TOKENS to what it can answer, or serve it with a longer context.`;
  return { type: "provider_error", message, retryable: false };
}

function failureOf(server: Server, answer: VendorAnswer): Failure {
  const { status, json } = answer;
  const said = saidOf(json);
  const code = textAt(json, "error", "code") ?? textAt(json, "code") ?? "";
  if (status === 502 || status === 504 || said === undefined) {
    if (status === 429 || status === 503) return throttled(answer);
    throw new UnclearAnswer(answer);
  }
  if (ofContent.includes(code)) return refusedContent(said);
  if (status === 401 || status === 403 || ofAccount.includes(code)) return notAllowed();
  if (status === 429 || status === 503) return throttled(answer);
  if (status === 400 && aboutTokens.test(said)) return tooManyTokens(server);
  return status === 408 || status >= 500 ? broken(said) : notTaken(said);
}
