// A server that speaks OpenAI's chat completions, with a model that sees: as vLLM, Ollama and Model Studio do.
import { randomUUID } from "node:crypto";
import { type Reply, startVendorServer, type VendorRequestSeen } from "../vendor/vendor-server.ts";
import { type Asked, isJpeg, type ModerationServer, type Said } from "./server.ts";

export interface VlmServer extends ModerationServer {
  /** Instead of the verdict: what the model says, whole answers for the next calls, each used once. */
  replies: (string | Reply)[];
  /** False: a server that knows no schemas. */
  takesSchema: boolean;
}

export async function startVlm(): Promise<VlmServer> {
  const key = `key-${randomUUID()}`;
  const asked: Asked[] = [];
  const replies: (string | Reply)[] = [];

  function answer({ method, path, headers, body }: VendorRequestSeen): Reply {
    if (method !== "POST" || path !== "/v1/chat/completions") return refusal(404, "not_found");
    if (headers.authorization !== `Bearer ${key}`) return refusal(401, "invalid_api_key");
    const request = JSON.parse(body.toString());
    if (request.model !== "qwen3-vl:8b") return refusal(404, "model_not_found");
    if (request.response_format && !server.takesSchema) {
      return refusal(400, "invalid_parameter_error", "'response_format' is not supported by this model");
    }
    const part = partOf(request);
    if (part === null) return refusal(400, "invalid_value");
    const reply = replies.shift();
    if (typeof reply === "object") return reply;
    asked.push(part);
    return said(reply ?? JSON.stringify(server.says(part)));
  }

  const vendor = await startVendorServer({ kindOf: (method) => (method === "POST" ? "check" : null), answer });
  const server: VlmServer = Object.assign(vendor, {
    ...{ asked, replies, takesSchema: true, says: (): Said => ({ verdict: "allow", categories: [] }) },
    config: { service: "vlm", url: `${vendor.url}/v1`, apiKey: key, model: "qwen3-vl:8b" } as const,
  });
  return server;
}

/** The system's words first, then one item as JSON, and its picture as base64 (Ollama takes nothing else). */
function partOf({
  messages,
  temperature,
}: {
  messages: { role: string; content: unknown }[];
  temperature: number;
}): Asked | null {
  const [system, user] = messages;
  const isRight = messages.length === 2 && system?.role === "system" && user?.role === "user" && temperature === 0;
  const [first, second] = (user?.content ?? []) as { type: string; text?: string; image_url?: { url: string } }[];
  if (!isRight || typeof system.content !== "string" || first?.type !== "text") return null;
  const { text } = JSON.parse(first.text ?? "null");
  if (!second) return typeof text === "string" ? { text } : null;
  const bytes = Buffer.from(second.image_url?.url.replace("data:image/jpeg;base64,", "") ?? "", "base64");
  return isJpeg(bytes) ? { image: bytes } : null;
}

export function said(content: string | null, fields: object = {}, finish_reason = "stop"): Reply {
  const message = { role: "assistant", content, ...fields };
  const usage = { prompt_tokens: 300, completion_tokens: 12, total_tokens: 312 };
  return {
    status: 200,
    body: { id: "chatcmpl-1", object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage },
  };
}

export function refusal(status: number, code: string, message = code): Reply {
  return { status, body: { error: { message, type: "invalid_request_error", code } } };
}
