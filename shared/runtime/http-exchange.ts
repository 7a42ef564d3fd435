// One request and its answer: finding the function, giving it a whole and bounded body, writing what it says.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../errors/app-error.ts";
import { type HttpRequest, type HttpResponse, isStreamed, MAX_BODY_BYTES } from "../events/http.ts";
import { fromNode, headersOf, toNode } from "../events/node.ts";
import { preflightHeaders } from "../http/cors.ts";
import { failure } from "../http/envelope.ts";
import { logFailure } from "../http/errors.ts";
import { withStandardHeaders } from "../http/standard-headers.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { FindClient } from "./client-address.ts";
import type { Routes } from "./http-routes.ts";
import { discardRest, readBody } from "./request-body.ts";
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

export interface ExchangeDeps {
  basePath: string;
  routes: Routes;
  findClient: FindClient;
  fallback?: Fallback | undefined;
  clock: Clock;
  log: Log;
  corsOrigins: readonly string[];
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
  const { basePath, fallback, routes } = deps;
  const { incoming, outgoing, requestId } = exchange;
  const { method = "", httpVersion, headers, url = "" } = incoming;
  // RFC 9112, 3.2.
  if (httpVersion === "1.1" && headers.host === undefined) {
    throw new AppError("invalid_request", { message: "The Host header is missing." });
  }
  const { relative, path, query } = parseTarget(url);
  const isOurs = path === basePath || path.startsWith(`${basePath}/`);
  incoming.url = relative;
  if (!isOurs && fallback && (await fallback(incoming, outgoing, requestId))) return null;
  if (!isOurs) throw new AppError("not_found");
  if (method === "OPTIONS") return preflight(deps, exchange, routes.methods(path));
  return callFunction(deps, exchange, { path, query });
}

async function callFunction(
  { routes, findClient }: ExchangeDeps,
  { incoming, outgoing, requestId, leave, expectsContinue }: Exchange,
  { path, query }: Pick<HttpRequest, "path" | "query">,
): Promise<HttpResponse> {
  const { declaration, params } = routes.find(incoming.method ?? "", path);
  const body = await readBody(incoming, MAX_BODY_BYTES, () => expectsContinue && outgoing.writeContinue());
  const { handler } = await declaration.load();
  const request = fromNode(incoming, {
    path: decodeURIComponent(path),
    route: declaration.trigger.path,
    params,
    query,
    body,
    requestId,
    remoteAddress: findClient(incoming.socket.remoteAddress, headersOf(incoming)["x-forwarded-for"]),
  });
  return handler(request, { signal: leave.signal, timeLimitMs: declaration.timeoutSeconds * 1000 });
}

function preflight(deps: ExchangeDeps, exchange: Exchange, methods: string[]): HttpResponse {
  const cors = preflightHeaders(deps.corsOrigins, exchange.incoming.headers.origin, methods);
  return finish(deps, exchange, { status: 204, headers: { allow: methods.join(", "), ...cors }, body: "" });
}

/** What the server answers by itself, dressed and logged as a function's answer would be. */
function finish(deps: ExchangeDeps, exchange: Exchange, response: HttpResponse): HttpResponse {
  const { incoming, requestId, startedAt } = exchange;
  const ms = deps.clock.now() - startedAt;
  deps.log.info({ requestId, method: incoming.method, status: response.status, ms }, "answered by the server");
  return withStandardHeaders(response, { requestId, headers: headersOf(incoming) }, deps.corsOrigins);
}

async function refuse(deps: ExchangeDeps, exchange: Exchange, error: unknown): Promise<void> {
  const { incoming, outgoing, requestId } = exchange;
  if (outgoing.destroyed || incoming.errored) return;
  logFailure(deps.log, error, { requestId });
  if (outgoing.headersSent) return void outgoing.destroy();
  await send(deps, exchange, finish(deps, exchange, failure(error, requestId)));
}

async function send(
  deps: ExchangeDeps,
  { incoming, outgoing, leave }: Exchange,
  response: HttpResponse,
): Promise<void> {
  if (outgoing.destroyed) return discard(response);
  const isRead = incoming.complete;
  if (!isRead) outgoing.shouldKeepAlive = false;
  await toNode(response, outgoing);
  if (!isRead) await discardRest(incoming, { maxMs: deps.discardMs, signal: leave.signal });
  outgoing.end();
}

/** Nobody is there to read it: a stream lets go of what it holds. */
async function discard({ body }: HttpResponse): Promise<void> {
  if (isStreamed(body)) await body[Symbol.asyncIterator]().return?.();
}
