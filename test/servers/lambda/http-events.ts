// The front doors of Lambda functions: an HTTP API with its routes, and the URL of one function.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { answerOf, type HttpAnswer, headOf, problem, send } from "./http-answer.ts";
import { httpEvent } from "./http-event.ts";
import { type HttpRoute, routeOf } from "./http-routes.ts";
import type { LambdaFunction } from "./instance.ts";
import type { FunctionError, Streamed } from "./runtime-api.ts";

export interface FrontDoor {
  /** `http://127.0.0.1:{port}` */
  url: string;
  /** What was made of the requests so far. */
  events: readonly APIGatewayProxyEventV2[];
  close(): Promise<void>;
}

export interface HttpApiOptions {
  routes: readonly HttpRoute[];
  /** "Maximum integration timeout: 30 seconds", which is the default. */
  timeoutMs?: number;
}

export interface FunctionUrlOptions {
  function: LambdaFunction;
  /** Default `BUFFERED`. */
  invokeMode?: "BUFFERED" | "RESPONSE_STREAM";
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: "Payload size: 10 MB". */
const MAX_API_BYTES = 10 * 1024 * 1024;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB each for request and response. */
const MAX_LAMBDA_BYTES = 6 * 1024 * 1024;

export async function startHttpApi({ routes, timeoutMs = 30_000 }: HttpApiOptions): Promise<FrontDoor> {
  return startDoor(async (request, response, events) => {
    const path = decodedPath(request);
    const route = routeOf(routes, request.method ?? "", path);
    if (!route) return send(response, problem(404, { message: "Not Found" }));
    const body = await bodyOf(request);
    const domainName = `abcdef1234.execute-api.${route.function.region}.amazonaws.com`;
    const context = { domainName, accountId: "111122223333", path, ...route };
    const event = httpEvent(request, body, context);
    const isTooLarge = body.byteLength > MAX_API_BYTES || sizeOf(event) > MAX_LAMBDA_BYTES;
    if (isTooLarge) return send(response, problem(413, { message: "Request Entity Too Large" }));
    events.push(event);
    const outcome = await within(timeoutMs, route.function.invoke(event));
    if (outcome === "late" || ("error" in outcome && isThrottled(outcome.error)))
      return send(response, problem(503, { message: "Service Unavailable" }));
    const answer = "error" in outcome ? null : answerOf(outcome.payload, "text/plain;charset=UTF-8");
    send(response, answer ?? problem(500, { message: "Internal Server Error" }));
  });
}

export async function startFunctionUrl(options: FunctionUrlOptions): Promise<FrontDoor> {
  const { function: target, invokeMode = "BUFFERED" } = options;
  const domainName = `abcdefghijklmnopqrstuvwxyz012345.lambda-url.${target.region}.on.aws`;
  return startDoor(async (request, response, events) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    const body = await bodyOf(request);
    const event = httpEvent(request, body, { domainName, accountId: "anonymous", routeKey: "$default", path });
    if (sizeOf(event) > MAX_LAMBDA_BYTES) return send(response, problem(413, { Message: tooLarge }));
    events.push(event);
    if (invokeMode === "RESPONSE_STREAM") {
      const streamed = await target.invokeStream(event);
      return "error" in streamed ? send(response, failed(streamed.error)) : stream(response, streamed);
    }
    const outcome = await target.invoke(event);
    const answer = "error" in outcome ? failed(outcome.error) : answerOf(outcome.payload, "application/json");
    send(response, answer ?? badGateway);
  });
}

const tooLarge = `Request must be smaller than ${MAX_LAMBDA_BYTES} bytes for the InvokeFunction operation`;
const badGateway = problem(502, "Internal Server Error");

function failed(error: FunctionError): HttpAnswer {
  return isThrottled(error) ? problem(429, { Message: "Rate Exceeded." }) : badGateway;
}

function isThrottled({ errorType }: FunctionError): boolean {
  return errorType === "TooManyRequestsException";
}

/** The function does not hear that the client has left: what it still sends is read to its end. */
async function stream(response: ServerResponse, { prelude, contentType, body }: Streamed): Promise<void> {
  const isIntegration = contentType.startsWith("application/vnd.awslambda.");
  const head =
    isIntegration && !prelude ? null : headOf(prelude ?? {}, isIntegration ? "application/json" : contentType);
  if (head) response.writeHead(head.status, head.headers).flushHeaders();
  else send(response, badGateway);
  try {
    for await (const piece of body) {
      if (!head || response.destroyed || response.req.method === "HEAD") continue;
      if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  } catch {
    response.destroy();
  }
}

type Serve = (request: IncomingMessage, response: ServerResponse, events: APIGatewayProxyEventV2[]) => Promise<void>;

async function startDoor(serve: Serve): Promise<FrontDoor> {
  const events: APIGatewayProxyEventV2[] = [];
  const server = createServer((request, response) => {
    serve(request, response, events).catch((error: unknown) => {
      if (request.socket.destroyed) return;
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * An HTTP API decodes the path, and cuts it at a question mark that appears then; a function URL leaves it as it came:
 * https://github.com/middleapi/standard-server/pull/93.
 */
function decodedPath({ url = "/" }: IncomingMessage): string {
  const [raw = "/"] = url.split("?");
  try {
    return decodeURIComponent(raw).split("?")[0] ?? "/";
  } catch {
    return raw;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sizeOf(event: APIGatewayProxyEventV2): number {
  return Buffer.byteLength(JSON.stringify(event));
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value | "late"> {
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(late.resolve, timeoutMs, "late" as const);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
