// Makes a function of the API from what it accepts and what it does.
import middy from "@middy/core";
import type * as z from "zod/mini";
import type { HttpContext, HttpHandler, HttpRequest, HttpResponse } from "../events/http.ts";
import type { Log } from "../ports/log.ts";
import type { User } from "../users/user.ts";
import { type Auth, authentication } from "./authentication.ts";
import { jsonBody, rawBody, rawOrJsonBody } from "./body.ts";
import type { HttpDeps } from "./deps.ts";
import { success } from "./envelope.ts";
import { errors, type Failing } from "./errors.ts";
import { formOrJsonBody } from "./form.ts";
import { limits } from "./limits.ts";
import type { Call, HttpMiddleware } from "./middleware.ts";
import { type Description, describeFunction } from "./openapi/description.ts";
import { requestLog } from "./request-log.ts";
import type { Result } from "./results.ts";
import { standardHeaders } from "./standard-headers.ts";
import { type Schemas, validation } from "./validation.ts";

type Schema = z.ZodMiniType | undefined;
type Output<S extends Schema> = S extends z.ZodMiniType ? z.output<S> : undefined;

/** A request that passed: what a public function gets. Type arguments: the schemas of the body and the query. */
export interface AcceptedFromAnyone<Body extends Schema = undefined, Query extends Schema = undefined>
  extends Pick<HttpRequest, "headers" | "params" | "requestId" | "remoteAddress">,
    HttpContext {
  body: Output<Body>;
  /** The bytes of the body as they came. */
  rawBody: Uint8Array;
  query: Output<Query>;
  /** Carries the request's id. */
  log: Log;
}

/** A request that passed, and who sent it. */
export interface Accepted<Body extends Schema = undefined, Query extends Schema = undefined>
  extends AcceptedFromAnyone<Body, Query> {
  user: User;
}

export interface HttpFunctionOptions<Body extends Schema, Query extends Schema, Who extends Auth>
  extends Schemas,
    Description {
  /** Strict objects only: unknown keys are refused before zod sees them. Keys of free-form maps (`z.record`) are left as they are. */
  body?: Body;
  query?: Query & z.ZodMiniObject;
  auth: Who;
  /** The body may be anything of at most so many bytes, and nobody looks into it: for signed calls. */
  maxRawBytes?: number;
  /** The same, unless the body is JSON: then it has to be as `body` says. For files, and what may stand for one. */
  maxFileBytes?: number;
  /** The body may be a form with files of together at most so many bytes, or JSON; `body` says what it has to hold, as an object. */
  maxFormBytes?: number;
  /** How what was thrown reads; by default as our envelope. For routes that speak as another service does. */
  failing?: Failing;
  /** True: `handle` counts those whom it refuses, and nobody else is counted. For callers of whom many come from one address. */
  countsOnlyRefused?: true;
}

/**
 * Order: authentication (401, 403; counted too), limits (429), body (413, 415, 400), validation (400), ids in the path (404), then `handle`. What it returns becomes the
 * envelope, unless it is a whole response already; what it throws becomes an error of the catalogue or a 500. `runtime` is called once for each
 * request.
 */
export function httpFunction<Who extends Auth, Body extends Schema = undefined, Query extends Schema = undefined>(
  runtime: () => HttpDeps,
  options: HttpFunctionOptions<Body, Query, Who>,
  handle: (
    request: Who extends "none" ? AcceptedFromAnyone<Body, Query> : Accepted<Body, Query>,
  ) => Promise<Result | HttpResponse>,
): HttpHandler {
  const act = async (event: HttpRequest, call: Call): Promise<HttpResponse> => {
    // The middlewares made sure of these types: what they let pass has a user where one is demanded, and fits the schemas.
    const accepted = acceptedFrom(event, call);
    const result = await handle(accepted as Parameters<typeof handle>[0]);
    return "body" in result ? result : success(result);
  };
  const pipeline = middy(act).use(middlewares(options)) as unknown as typeof act;
  return describeFunction(options, async (request, context) =>
    pipeline(request, startCall(runtime(), request, context)),
  );
}

type Options = Pick<
  HttpFunctionOptions<Schema, Schema, Auth>,
  "auth" | "maxRawBytes" | "maxFileBytes" | "maxFormBytes" | "failing" | "countsOnlyRefused"
>;

function middlewares(options: Schemas & Options): HttpMiddleware[] {
  const { auth, countsOnlyRefused, failing } = options;
  const who = auth === "none" ? [] : [authentication(auth)];
  const often = countsOnlyRefused ? [] : [limits()];
  return [requestLog(), standardHeaders(), errors(failing), ...who, ...often, bodyAs(options), validation(options)];
}

function bodyAs({ maxRawBytes, maxFileBytes, maxFormBytes }: Options): HttpMiddleware {
  if (maxFormBytes !== undefined) return formOrJsonBody(maxFormBytes);
  if (maxFileBytes !== undefined) return rawOrJsonBody(maxFileBytes);
  return maxRawBytes === undefined ? jsonBody() : rawBody(maxRawBytes);
}

function startCall(
  deps: HttpDeps,
  request: HttpRequest,
  { signal, timeLimitMs, letGoOfBody = () => {} }: HttpContext,
): Call {
  const log = deps.log.child({ requestId: request.requestId });
  const startedAt = deps.clock.now();
  return { signal, timeLimitMs, letGoOfBody, deps, log, startedAt, user: null, body: undefined, query: undefined };
}

function acceptedFrom(request: HttpRequest, call: Call) {
  const { user, body, query, log, signal, timeLimitMs } = call;
  const { headers, params, requestId, remoteAddress, body: rawBody } = request;
  const about = { query, params, headers, user, requestId, remoteAddress, log, signal, timeLimitMs };
  const accepted = { ...about, body, rawBody, letGoOfBody };
  /** Whoever still holds a part of it keeps that part. */
  function letGoOfBody(): void {
    call.body = undefined;
    accepted.body = undefined;
    accepted.rawBody = nothing;
    call.letGoOfBody?.();
  }
  return accepted;
}

const nothing = new Uint8Array();
