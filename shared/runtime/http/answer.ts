// A request's answer, whichever server or cloud it came by: finding the function, calling it, and what is said when none is called.
import { AppError } from "../../errors/app-error.ts";
import type { HttpRequest, HttpResponse } from "../../events/http.ts";
import { openAiFailure } from "../../faces/openai/failing.ts";
import { OPENAI_PATH, openAiHeaders } from "../../faces/openai/path.ts";
import { preflightHeaders, refusedOrigin } from "../../http/cors.ts";
import { failure } from "../../http/envelope.ts";
import { logFailure } from "../../http/errors.ts";
import { withStandardHeaders } from "../../http/standard-headers.ts";
import { whyRefused } from "../../http/why-refused.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { FindClient } from "./client-address.ts";
import { BASE_PATH, type Match, type Routes } from "./http-routes.ts";
import { inLargePlace } from "./large-bodies.ts";
import { type BodyLimit, ordinaryBody } from "./request-body.ts";

export interface AnswerDeps {
  routes: Routes;
  findClient: FindClient;
  clock: Clock;
  log: Log;
  corsOrigins: readonly string[];
}

/** What is needed to say something without a function. */
type Voice = Pick<AnswerDeps, "clock" | "log" | "corsOrigins">;

/** A request as it came in. */
export interface Asked {
  /** As it was sent. */
  method: string;
  headers: HttpRequest["headers"];
  /** As it was sent, perhaps with its query. */
  target: string;
  requestId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** The address of the other end of the connection. */
  peer: string | undefined;
  /** Aborted when the caller has gone or the server is about to stop. */
  signal: AbortSignal;
  /** How long the call may take; absent: as long as the function is declared to. */
  timeLimitMs?: number;
  /** The whole body. Throws `too_large`. */
  readBody(limit: BodyLimit): Promise<Uint8Array>;
}

export function isOurs(path: string): boolean {
  return path === BASE_PATH || path.startsWith(`${BASE_PATH}/`);
}

/** `path`: still encoded, and its encoding is whole. Throws what is wrong with the request; what a function throws it has answered already. */
export async function answer(
  deps: AnswerDeps,
  asked: Asked,
  { path, query }: Pick<HttpRequest, "path" | "query">,
): Promise<HttpResponse> {
  const { routes } = deps;
  if (!isOurs(path)) throw new AppError("not_found");
  if (asked.method === "OPTIONS") return preflight(deps, asked, routes.methods(path));
  const match = routes.find(asked.method, path);
  const { largeBody } = match.declaration.trigger;
  const call = (leave = () => {}) =>
    callFunction(deps, asked, { path, query }, match, { limit: largeBody ?? ordinaryBody, leave });
  return largeBody ? inLargePlace(call) : call();
}

async function callFunction(
  deps: AnswerDeps,
  asked: Asked,
  { path, query }: Pick<HttpRequest, "path" | "query">,
  { declaration, params }: Match,
  { limit, leave }: { limit: BodyLimit; leave: () => void },
): Promise<HttpResponse> {
  const body = await asked.readBody(limit);
  const { handler } = await declaration.load();
  const { headers, requestId, signal } = asked;
  const request: HttpRequest = {
    method: asked.method === "HEAD" ? "GET" : asked.method,
    path: decodeURIComponent(path),
    route: declaration.trigger.path,
    ...{ params, query, headers, body, requestId },
    remoteAddress: deps.findClient(asked.peer, headers["x-forwarded-for"]),
  };
  const letGoOfBody = () => {
    request.body = nothing;
    leave();
  };
  return handler(request, { signal, timeLimitMs: asked.timeLimitMs ?? declaration.timeoutSeconds * 1000, letGoOfBody });
}

const nothing = new Uint8Array();

/** What is said of an error that no function has answered. */
export function refusal(deps: Voice, asked: Asked, error: unknown) {
  logFailure(deps.log, error, { requestId: asked.requestId });
  const failing = isOpenAi(asked.target) ? openAiFailure : failure;
  const path = error instanceof AppError && ofThePath.has(error.type) ? shownPath(asked.target) : undefined;
  return dressed(deps, asked, failing(error, asked.requestId), { path, ...whyRefused(error) });
}

const ofThePath: ReadonlySet<string> = new Set<AppError["type"]>(["not_found", "method_not_allowed"]);
/** Longer ones may be tokens that vendors or stores put into paths. */
const plainSegment = /^[\w.~-]{0,40}$/;
const MOST_SEGMENTS = 12;

/** Without its query, and without what might be a secret. */
export function shownPath(target: string): string {
  const segments = (target.split(/[?#]/, 1)[0] ?? "").split("/");
  const shown = segments.slice(0, MOST_SEGMENTS).map((each) => (plainSegment.test(each) ? each : "…"));
  return `${shown.join("/")}${segments.length > MOST_SEGMENTS ? "/…" : ""}`;
}

/** Whoever asks there understands no other errors, also where no function is. */
function isOpenAi(target: string): boolean {
  return target.startsWith(`${BASE_PATH}${OPENAI_PATH}/`);
}

function preflight(deps: AnswerDeps, asked: Asked, methods: string[]): HttpResponse {
  const more = isOpenAi(asked.target) ? openAiHeaders : [];
  const cors = preflightHeaders(deps.corsOrigins, asked.headers.origin, { methods, headers: more });
  return dressed(deps, asked, { status: 204, headers: { allow: methods.join(", "), ...cors }, body: "" });
}

/** Dressed and logged as a function's answer would be. */
function dressed<R extends HttpResponse>(
  { clock, log, corsOrigins }: Voice,
  { requestId, method, startedAt, headers }: Asked,
  response: R,
  about: object = {},
): HttpResponse {
  const refused = refusedOrigin(corsOrigins, headers) ?? undefined;
  log.info(
    { requestId, method, status: response.status, ms: clock.now() - startedAt, ...about, refusedOrigin: refused },
    "answered before any function was called",
  );
  return withStandardHeaders(response, { requestId, headers }, corsOrigins);
}
