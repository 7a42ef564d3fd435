// What a Lambda function hands to its runtime: handlers of Lambda's events, made of ours.
import { once } from "node:events";
import { AppError } from "../../errors/app-error.ts";
import type { HttpDeclaration } from "../../events/declaration.ts";
import { type HttpResponse, isStreamed, type WholeResponse } from "../../events/http.ts";
import { fromS3, type LambdaHttpAnswer, toLambda } from "../../events/lambda.ts";
import { fromLambda } from "../../events/lambda-request.ts";
import type { StorageHandler, TimerHandler } from "../../events/storage.ts";
import { type AnswerDeps, type Asked, answer, refusal } from "../http/answer.ts";
import { createFindClient } from "../http/client-address.ts";
import { type BodyLimit, refuseOver } from "../http/request-body.ts";
import { parseTarget } from "../http/request-target.ts";
import { realClock, realIds } from "../real.ts";
import { handleEvents } from "./events.ts";
import { inPatience, type Prepared } from "./prepare.ts";
import { type Neighbour, routesOf } from "./routes.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html; of it, what is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** A call is told to end so long before it would be cut off. */
const FAREWELL_MS = 1000;

export interface LambdaHttpOptions {
  prepared: Prepared;
  own: readonly HttpDeclaration[];
  neighbours: readonly Neighbour[];
}

/** `isHead`: nobody wants the body. */
type Respond = (event: unknown, context: LambdaContext) => Promise<{ response: HttpResponse; isHead: boolean }>;

/** For HTTP APIs and for function URLs that do not stream. A stream is answered with what there is of it now; who wants more comes back. */
export function lambdaHttp(
  options: LambdaHttpOptions,
): (event: unknown, context: LambdaContext) => Promise<LambdaHttpAnswer> {
  const respond = responding(options, { timeLimitMs: 0 });
  return async (event, context) => {
    const { response, isHead } = await respond(event, context);
    const whole: WholeResponse = {
      ...response,
      body: isStreamed(response.body) ? await collect(response.body) : response.body,
    };
    return toLambda(isHead ? { ...whole, body: "" } : whole);
  };
}

/** What the managed runtime offers to handlers that stream. */
export interface AwsLambda {
  streamifyResponse(handler: (event: unknown, out: ResponseStream, context: LambdaContext) => Promise<void>): unknown;
  HttpResponseStream: {
    from(out: ResponseStream, head: Pick<LambdaHttpAnswer, "statusCode" | "headers">): ResponseStream;
  };
}

type ResponseStream = NodeJS.WritableStream & { destroyed?: boolean };

/** For a function URL that streams. Where the runtime offers nothing for it, as some that stand in for Lambda's do, an answer is whole. */
export function lambdaHttpStream(options: LambdaHttpOptions): unknown {
  const { awslambda } = globalThis as unknown as { awslambda?: AwsLambda };
  if (!awslambda) return lambdaHttp(options);
  const respond = responding(options);
  return awslambda.streamifyResponse(async (event, out, context) => {
    const { response, isHead } = await respond(event, context);
    const { status: statusCode, headers, body } = response;
    const stream = awslambda.HttpResponseStream.from(out, { statusCode, headers });
    // The head goes out with the first piece; without one it would never.
    stream.write("");
    for await (const piece of isStreamed(body) ? body : [body]) {
      if (isHead || stream.destroyed) break;
      if (piece.length > 0 && !stream.write(piece)) await drained(stream);
    }
    await new Promise<void>((resolve) => stream.end(resolve));
  });
}

/** `streams`: how much time streams have; absent: what is left of the call's. */
function responding({ prepared, own, neighbours }: LambdaHttpOptions, streams: { timeLimitMs?: number } = {}): Respond {
  const { config, log } = prepared;
  const { corsOrigins, trustedProxies } = config;
  const routes = routesOf(own, neighbours);
  const deps: AnswerDeps = {
    ...{ routes, log, corsOrigins, clock: realClock },
    findClient: createFindClient(trustedProxies),
  };
  return (event, context) =>
    inTime(context, async (signal) => {
      const { method, target, headers, body, peer } = fromLambda(event);
      const isHead = method === "HEAD";
      const asked: Asked = {
        ...{ method, headers, target, peer, signal },
        requestId: realIds.uuid(),
        startedAt: realClock.now(),
        timeLimitMs: streams.timeLimitMs ?? context.getRemainingTimeInMillis(),
        readBody: async (limit) => bounded(body, limit),
      };
      try {
        if (method === "" || target === "") throw new AppError("invalid_request", { message: NO_REQUEST });
        const parsed = parseTarget(target);
        await inPatience(prepared.open(), signal);
        return { response: await answer(deps, asked, parsed), isHead };
      } catch (error) {
        return { response: refusal(deps, asked, error), isHead };
      }
    });
}

const NO_REQUEST =
  "This event is no HTTP request. Send one of payload format 2.0, as HTTP APIs and function URLs do, with rawPath and requestContext.http.method.";

/** For object-created events. Lambda delivers an event again whose handler has thrown. */
export function lambdaStorage(name: string, handler: StorageHandler, prepared: Prepared) {
  return (event: unknown, context: LambdaContext) =>
    inTime(context, (signal) => handleEvents({ name, prepared, handler, signal }, fromS3(event)));
}

/** For schedules. */
export function lambdaTimer(handler: TimerHandler, prepared: Prepared) {
  return (_event: unknown, context: LambdaContext) =>
    inTime(context, async (signal) => {
      await prepared.open();
      await handler({ signal });
    });
}

async function inTime<T>(context: LambdaContext, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), Math.max(0, context.getRemainingTimeInMillis() - FAREWELL_MS));
  try {
    return await act(end.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Or nobody reads any more. */
async function drained(stream: ResponseStream): Promise<void> {
  const over = new AbortController();
  const waits = ["drain", "close", "error"].map((event) => once(stream, event, { signal: over.signal }));
  await Promise.race(waits).catch(() => {});
  over.abort();
  await Promise.allSettled(waits);
}

function bounded(body: Uint8Array, limit: BodyLimit): Uint8Array {
  refuseOver(limit, body.byteLength);
  return body;
}

async function collect(body: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
