// Node's requests and answers ⇄ ours.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type HttpRequest, type HttpResponse, isStreamed, type StreamedBody } from "./http.ts";

/** Node itself would keep only the first of two tokens, and of some other headers. */
export function headersOf({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): HttpRequest["headers"] {
  const plain: Record<string, string> = Object.create(null);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name, value] = [(rawHeaders[i] ?? "").toLowerCase(), rawHeaders[i + 1] ?? ""];
    const before = plain[name];
    plain[name] = before === undefined ? value : before + (name === "cookie" ? "; " : ", ") + value;
  }
  return plain;
}

/**
 * Writes the head and the body, and leaves ending to the caller. Resolves when all is handed over, or the caller has gone. Rejects when a
 * stream fails: then half of it is written.
 */
export async function toNode({ status, headers, body }: HttpResponse, outgoing: ServerResponse): Promise<void> {
  if (isStreamed(body)) return streamToNode({ status, headers }, body, outgoing);
  const size = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  const length = status === 204 ? {} : { "content-length": String(size) };
  outgoing.writeHead(status, { ...headers, ...length, ...connectionFor(headers) });
  // Node itself keeps the body of an answer to HEAD back. A text goes out with its head in one piece.
  if (size > 0) outgoing.write(body);
  else outgoing.flushHeaders();
}

/**
 * RFC 9110, 7.8: "A sender of Upgrade MUST also send an "Upgrade" connection option in the Connection header field". It is about this very
 * connection, so whoever holds that says it: behind a gateway it would be dropped, or refused.
 */
function connectionFor({ upgrade }: HttpResponse["headers"]): { connection?: string } {
  return upgrade === undefined ? {} : { connection: "Upgrade" };
}

async function streamToNode(head: Omit<HttpResponse, "body">, body: StreamedBody, outgoing: ServerResponse) {
  const pieces = body[Symbol.asyncIterator]();
  try {
    // The connection ends with the stream: HTTP/1.0 knows no other way to say that it was all, and a server that stops need not wait for more.
    outgoing.shouldKeepAlive = false;
    outgoing.writeHead(head.status, head.headers).flushHeaders();
    if (outgoing.req.method === "HEAD") return;
    for (let next = await pieces.next(); !next.done && !outgoing.destroyed; next = await pieces.next()) {
      if (!outgoing.write(next.value)) await drained(outgoing);
    }
  } finally {
    await pieces.return?.();
  }
}

/** Resolves when more may be written, or nobody reads any more. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done).off("close", done);
      resolve();
    };
    if (outgoing.destroyed) return done();
    outgoing.once("drain", done).once("close", done);
  });
}
