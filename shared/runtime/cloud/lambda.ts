// What a Lambda function hands to its runtime: handlers of Lambda's events, made of ours.
import { once } from "node:events";
import type { HttpDeclaration } from "../../events/declaration.ts";
import { type HttpResponse, isStreamed, MAX_BODY_BYTES, type WholeResponse } from "../../events/http.ts";
import {
  bodyOfLambda,
  fromS3,
  headersOfLambda,
  type LambdaHttpAnswer,
  type LambdaHttpEvent,
  targetOf,
  toLambda,
} from "../../events/lambda.ts";
import type { StorageHandler, TimerHandler } from "../../events/storage.ts";
import { type AnswerDeps, type Asked, answer, refusal } from "../http/answer.ts";
import { createFindClient } from "../http/client-address.ts";
import { refuseOver } from "../http/request-body.ts";
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

type Respond = (event: LambdaHttpEvent, context: LambdaContext) => Promise<HttpResponse>;

/** For HTTP APIs and for function URLs that do not stream. A stream is answered with what there is of it now; who wants more comes back. */
export function lambdaHttp(
  options: LambdaHttpOptions,
): (event: LambdaHttpEvent, context: LambdaContext) => Promise<LambdaHttpAnswer> {
  const respond = responding(options, { timeLimitMs: 0 });
  return async (event, context) => {
    const response = await respond(event, context);
    const whole: WholeResponse = {
      ...response,
      body: isStreamed(response.body) ? await collect(response.body) : response.body,
    };
    return toLambda(event.requestContext.http.method === "HEAD" ? { ...whole, body: "" } : whole);
  };
}

/** What the managed runtime offers to handlers that stream. */
export interface AwsLambda {
  streamifyResponse(
    handler: (event: LambdaHttpEvent, out: ResponseStream, context: LambdaContext) => Promise<void>,
  ): unknown;
  HttpResponseStream: {
    from(out: ResponseStream, head: Pick<LambdaHttpAnswer, "statusCode" | "headers">): ResponseStream;
  };
}

type ResponseStream = NodeJS.WritableStream & { destroyed?: boolean };

/** For a function URL that streams. */
export function lambdaHttpStream(options: LambdaHttpOptions): unknown {
  const { awslambda } = globalThis as unknown as { awslambda: AwsLambda };
  const respond = responding(options);
  return awslambda.streamifyResponse(async (event, out, context) => {
    const { status: statusCode, headers, body } = await respond(event, context);
    const stream = awslambda.HttpResponseStream.from(out, { statusCode, headers });
    // The head goes out with the first piece; without one it would never.
    stream.write("");
    const isHead = event.requestContext.http.method === "HEAD";
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
      const asked: Asked = {
        method: event.requestContext.http.method,
        headers: headersOfLambda(event),
        requestId: realIds.uuid(),
        startedAt: realClock.now(),
        peer: event.requestContext.http.sourceIp,
        signal,
        timeLimitMs: streams.timeLimitMs ?? context.getRemainingTimeInMillis(),
        readBody: async () => bounded(bodyOfLambda(event)),
      };
      try {
        const target = parseTarget(targetOf(event));
        await inPatience(prepared.open(), signal);
        return await answer(deps, asked, target);
      } catch (error) {
        return refusal(deps, asked, error);
      }
    });
}

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

function bounded(body: Uint8Array): Uint8Array {
  refuseOver(MAX_BODY_BYTES, body.byteLength);
  return body;
}

async function collect(body: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
