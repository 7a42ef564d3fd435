// Requests byte for byte as a case says, and answers whole.
import { once } from "node:events";
import { Agent, type IncomingMessage, request as open } from "node:http";
import { text } from "node:stream/consumers";

export interface Sent {
  method: string;
  /** As it stands in the request line. */
  path: string;
  /** Names and values in turn; a name may come twice. */
  headers: readonly string[];
  body: Uint8Array;
}

export interface Answered {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
}

/** Each request has a connection of its own: an answer that comes before the whole body ends one. */
const agent = new Agent({ keepAlive: false });

export async function call(url: string, sent: Sent): Promise<Answered> {
  const response = await answerTo(url, sent);
  const headers = Object.entries(response.headersDistinct).map(([name, values = []]) => [name, values.join(", ")]);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body: await text(response) };
}

/** Resolves with the head; the body comes as it is sent. */
export function answerTo(url: string, { method, path, headers, body }: Sent): Promise<IncomingMessage> {
  const length = body.byteLength === 0 ? [] : ["content-length", String(body.byteLength)];
  const { hostname, port, host } = new URL(url);
  const request = open({ hostname, port, agent, method, path, headers: ["host", host, ...headers, ...length] });
  request.end(body);
  return once(request, "response").then(([response]) => {
    // The rest of a refused body may find its reader gone.
    request.on("error", () => {});
    return response as IncomingMessage;
  });
}
