// A model that sees, behind any API like OpenAI's chat completions (DashScope, vLLM, Ollama), asked for a verdict in JSON.
import type { ModerationConfig } from "../../config/moderation.ts";
import type { Finding, Moderation } from "../../ports/moderation.ts";
import { callVendor, type VendorAnswer } from "../../providers/calling/call-vendor.ts";
import { at, listAt, textAt } from "../../providers/calling/json.ts";
import { later, noFinding } from "../failures.ts";
import type { Part } from "../worst.ts";
import { worstOf } from "../worst.ts";
import { instruction, schema, verdictIn } from "./words.ts";

/** A verdict is short; a model that talks on is cut off, and has not answered. */
const MOST_TOKENS = 300;

export function create({ url, model, apiKey }: ModerationConfig): Moderation {
  // Not every server takes a schema; the instruction asks for the same.
  let takesSchema = true;

  async function ask(part: Part, signal: AbortSignal): Promise<VendorAnswer> {
    const format = takesSchema ? { response_format: { type: "json_schema", json_schema: schema } } : {};
    return callVendor({
      ...{ method: "POST", url: `${url ?? ""}/chat/completions`, signal },
      headers: { "content-type": "application/json", ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify({ model, temperature: 0, max_tokens: MOST_TOKENS, ...format, messages: messagesOf(part) }),
    });
  }

  async function checkPart(part: Part, signal: AbortSignal): Promise<Finding> {
    let answer = await ask(part, signal);
    if (takesSchema && lacksSchema(answer)) {
      takesSchema = false;
      answer = await ask(part, signal);
    }
    return findingOf(answer);
  }

  return { id: "vlm", check: (content, signal) => worstOf(content, signal, checkPart) };
}

/** Pictures as their bytes: every server takes them, and some nothing else. */
function messagesOf(part: Part): object[] {
  const content =
    "text" in part
      ? [{ type: "text", text: JSON.stringify({ text: part.text }) }]
      : [
          { type: "text", text: JSON.stringify({ image: "attached" }) },
          { type: "image_url", image_url: { url: `data:image/jpeg;base64,${base64(part.image.bytes)}` } },
        ];
  return [
    { role: "system", content: instruction },
    { role: "user", content },
  ];
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function lacksSchema({ status, json }: VendorAnswer): boolean {
  const isRefused = status === 400 || status === 422;
  return isRefused && /response_format|json_schema/i.test(JSON.stringify(json ?? ""));
}

// Model Studio's documentation, error codes: what its models refuse to look at is answered so.
const ofContent = ["data_inspection_failed", "DataInspectionFailed"];

/** No finding is an allowance: what it will not say, or says otherwise than it was asked to, a person has to look at. */
function findingOf(answer: VendorAnswer): Finding {
  const { status, json } = answer;
  const code = textAt(json, "error", "code") ?? textAt(json, "code") ?? "";
  if (status === 400 && ofContent.includes(code))
    return { verdict: "block", categories: [{ name: "data_inspection_failed" }] };
  if (status !== 200) throw noFinding("vlm", answer, code);
  const [choice] = listAt(json, "choices");
  if (typeof at(choice, "message") !== "object") throw later("the model's answer says nothing");
  const isRefused =
    textAt(choice, "message", "refusal") !== undefined || at(choice, "finish_reason") === "content_filter";
  if (isRefused) return { verdict: "review", categories: [{ name: "refused_to_look" }] };
  return verdictIn(textAt(choice, "message", "content") ?? "");
}
