// One question to a language model's server, in the way in which it wants to be asked for JSON.
import type { VendorConfig } from "../../config/vendors.ts";
import type { Failure } from "../../ports/provider.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, textAt } from "../calling/json.ts";
import { authorization } from "./offer.ts";
import { baseUrlOf, type Dialect, type Server } from "./servers.ts";
import type { Message } from "./words.ts";

export interface Question {
  model: string;
  messages: readonly Message[];
  /** `data:` URLs; shown with the first message of the user's. */
  pictures: readonly string[];
  schema: Record<string, unknown>;
  seed: number | undefined;
  dialect: Dialect;
}

/** `isCut`: the model came to its limit before it had ended. */
export type Answer = { text: string; isCut: boolean } | { failure: Failure };

/** Enough for 30 scenes; what a model can do less of, it says by cutting. */
const MAX_TOKENS = 16_384;
const TEMPERATURE = 0.8;

/** Throws when there is no answer, or one that says nothing. */
export async function ask(
  server: Server,
  config: VendorConfig,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const isOllama = question.dialect === "ollama";
  const answer = await callVendor({
    ...{ method: "POST", url: `${baseUrlOf(server, config)}/${isOllama ? "chat" : "chat/completions"}`, signal },
    headers: { ...authorization(config), "content-type": "application/json" },
    body: JSON.stringify(isOllama ? nativeBody(question) : compatibleBody(server, question)),
  });
  if (answer.status === 400 && question.dialect === "json_schema" && isAboutSchema(answer)) {
    return ask(server, config, { ...question, dialect: "json_object" }, signal);
  }
  return answer.status === 200 ? readAnswer(answer) : { failure: failureOf(answer) };
}

function compatibleBody(server: Server, { model, messages, pictures, schema, seed, dialect }: Question) {
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
    stream: false,
    [server.limitName]: MAX_TOKENS,
    ...(server.takesTemperature && { temperature: TEMPERATURE }),
    ...(seed !== undefined && { seed }),
    ...server.withoutThinking,
  };
}

/** Ollama's documentation of `/api/chat`: pictures as base64 without a prefix. */
function nativeBody({ model, messages, pictures, schema, seed }: Question) {
  const images = pictures.map((url) => url.slice(url.indexOf(",") + 1));
  const at = messages.findIndex(({ role }) => role === "user");
  return {
    model,
    messages: messages.map((message, i) => (i === at && images.length > 0 ? { ...message, images } : message)),
    format: schema,
    stream: false,
    think: false,
    options: {
      temperature: TEMPERATURE,
      num_predict: MAX_TOKENS,
      num_ctx: 2 * MAX_TOKENS,
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

function readAnswer(answer: VendorAnswer): Answer {
  const { json } = answer;
  const choice = at(json, "choices", 0) ?? json;
  const reason = textAt(choice, "finish_reason") ?? textAt(choice, "done_reason");
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

function failureOf(answer: VendorAnswer): Failure {
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
  return status === 408 || status >= 500 ? broken(said) : notTaken(said);
}
