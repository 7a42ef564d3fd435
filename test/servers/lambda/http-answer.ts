// What a function returned, as an answer over HTTP: "Lambda function response for format 2.0" of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html; function URLs do the same.
import type { ServerResponse } from "node:http";
import type { Prelude } from "./streamed-response.ts";

export interface HttpAnswer {
  status: number;
  /** Names and values in turn. */
  headers: string[];
  body: Buffer;
}

/** Null for what no answer can be made of. `fallbackType`: where the function names none. */
export function answerOf(payload: unknown, fallbackType: string): HttpAnswer | null {
  const isInferred = typeof payload !== "object" || payload === null || !("statusCode" in payload);
  if (isInferred) {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    return { status: 200, headers: ["content-type", "application/json"], body: Buffer.from(text) };
  }
  const { body = "", isBase64Encoded = false, ...prelude } = payload as Prelude & { [name: string]: unknown };
  const head = headOf(prelude, fallbackType);
  if (!head || typeof body !== "string") return null;
  return { ...head, body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") };
}

/** Status and headers, of a whole answer or in front of a streamed one. */
export function headOf(
  { statusCode = 200, headers = {}, cookies = [] }: Prelude,
  fallbackType: string,
): Omit<HttpAnswer, "body"> | null {
  const isStatus = Number.isInteger(Number(statusCode)) && Number(statusCode) >= 100 && Number(statusCode) <= 599;
  if (!isStatus || typeof headers !== "object" || headers === null || !Array.isArray(cookies)) return null;
  const entries = Object.entries(headers).map(([name, value]): [string, unknown] => [name.toLowerCase(), value]);
  if (entries.some(([, value]) => typeof value === "object")) return null;
  const kept = entries.filter(([name]) => !["connection", "content-length", "transfer-encoding"].includes(name));
  if (!kept.some(([name]) => name === "content-type")) kept.push(["content-type", fallbackType]);
  const list = [...kept, ...cookies.map((cookie): [string, unknown] => ["set-cookie", cookie])];
  return { status: Number(statusCode), headers: list.flatMap(([name, value]) => [name, String(value)]) };
}

export function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, [...headers, "content-length", String(body.byteLength)]);
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export function problem(status: number, body: unknown): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: ["content-type", "application/json"], body: Buffer.from(text) };
}
