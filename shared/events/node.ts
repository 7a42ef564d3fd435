// Node's requests and answers ⇄ ours.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** What a server finds out before it hands a request on. */
export type Routed = Omit<HttpRequest, "method" | "headers">;

export function fromNode(incoming: IncomingMessage, routed: Routed): HttpRequest {
  const { method = "GET" } = incoming;
  return { ...routed, method: method === "HEAD" ? "GET" : method, headers: headersOf(incoming) };
}

export function headersOf({ headers }: IncomingMessage): HttpRequest["headers"] {
  const plain: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
}

/** Writes the head and the body, and leaves ending to the caller. Node itself keeps the body of an answer to HEAD back. */
export function toNode(response: HttpResponse, outgoing: ServerResponse): void {
  const body = Buffer.from(response.body);
  const length = response.status === 204 ? {} : { "content-length": String(body.byteLength) };
  outgoing.writeHead(response.status, { ...response.headers, ...length });
  if (body.byteLength > 0) outgoing.write(body);
  else outgoing.flushHeaders();
}
