// One request and its answer: finding the function, giving it a whole and bounded body, writing what it says.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../../errors/app-error.ts";
import { type HttpResponse, isStreamed } from "../../events/http.ts";
import { headersOf, toNode } from "../../events/node.ts";
import { logFailure } from "../../http/errors.ts";
import { type AnswerDeps, type Asked, answer, isOurs, refusal } from "./answer.ts";
import { discardRest, readBody, TooManyPieces } from "./request-body.ts";
import { parseTarget } from "./request-target.ts";

export interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  requestId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Aborted when the caller has gone or the server is about to stop. */
  leave: AbortController;
  /** The caller waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean;
}

/** Answers what lies outside of the base path; false when that is nothing of its own: then it has not touched the answer. */
export type Fallback = (incoming: IncomingMessage, outgoing: ServerResponse, requestId: string) => Promise<boolean>;

export interface ExchangeDeps extends AnswerDeps {
  admit?: ((incoming: IncomingMessage) => Promise<void>) | undefined;
  fallback?: Fallback | undefined;
  /** How long the rest of a refused body is read, so that the answer arrives. */
  discardMs: number;
}

/** Never rejects. */
export async function serveExchange(deps: ExchangeDeps, exchange: Exchange): Promise<void> {
  try {
    const answer = await respond(deps, exchange);
    if (answer) await send(deps, exchange, answer);
  } catch (error) {
    await refuse(deps, exchange, error).catch(() => exchange.outgoing.destroy());
  }
}

/** Null when the fallback has answered. */
async function respond(deps: ExchangeDeps, exchange: Exchange): Promise<HttpResponse | null> {
  const { admit, fallback } = deps;
  const { incoming, outgoing, requestId } = exchange;
  await admit?.(incoming);
  const { url = "" } = incoming;
  checkHost(incoming);
  const { relative, path, query } = parseTarget(url);
  incoming.url = relative;
  if (!isOurs(path) && fallback && (await fallback(incoming, outgoing, requestId))) return null;
  return answer(deps, askedOf(exchange), { path, query });
}

/** RFC 3986, 3.2.2 and 3.2.3: a name, an IPv4 address, or another one in brackets; then a port. Both may be empty. */
const hostAndPort = /^(?:\[[0-9A-Za-z:.~_-]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(?::[0-9]*)?$/;

/** RFC 9112, 3.2: "a server MUST respond with a 400" to one that is missing, is there more than once, or is no host. */
export function checkHost({ httpVersion, rawHeaders }: IncomingMessage): void {
  const host = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host");
  const refuse = (message: string) => new AppError("invalid_request", { message });
  if (httpVersion === "1.1" && host.length === 0) throw refuse("The Host header is missing.");
  if (host.length > 1) throw refuse("The Host header is given more than once: send one.");
  if (!host.every((value) => hostAndPort.test(value))) throw refuse("The Host header is not a host and a port.");
}

function askedOf({ incoming, outgoing, requestId, startedAt, leave, expectsContinue }: Exchange): Asked {
  return {
    method: incoming.method ?? "",
    headers: headersOf(incoming),
    target: incoming.url ?? "",
    requestId,
    startedAt,
    peer: incoming.socket.remoteAddress,
    signal: leave.signal,
    readBody: (limit) => readBody(incoming, limit, () => expectsContinue && outgoing.writeContinue()),
  };
}

async function refuse(deps: ExchangeDeps, exchange: Exchange, error: unknown): Promise<void> {
  const { incoming, outgoing, requestId } = exchange;
  if (outgoing.destroyed || incoming.errored) return;
  const isCut = error instanceof TooManyPieces;
  if (!outgoing.headersSent) return send(deps, exchange, refusal(deps, askedOf(exchange), error), isCut);
  logFailure(deps.log, error, { requestId });
  outgoing.destroy();
}

async function send(
  deps: ExchangeDeps,
  { incoming, outgoing, leave }: Exchange,
  response: HttpResponse,
  isCut = false,
): Promise<void> {
  if (outgoing.destroyed) return discard(response);
  const isRead = incoming.complete;
  if (!isRead) outgoing.shouldKeepAlive = false;
  await toNode(response, outgoing);
  if (!isRead) await discardRest(incoming, { maxMs: deps.discardMs, signal: leave.signal, isRead: !isCut });
  outgoing.end();
}

/** Nobody is there to read it: a stream lets go of what it holds. */
async function discard({ body }: HttpResponse): Promise<void> {
  if (isStreamed(body)) await body[Symbol.asyncIterator]().return?.();
}
