// The front doors of functions: the URL of one function's HTTP trigger, and a custom domain with its routes.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FcAnswer, FcFunction, PassOptions } from "./instance.ts";
import { pairs } from "./request-headers.ts";

export interface FcDoor {
  /** `http://127.0.0.1:{port}` */
  url: string;
  close(): Promise<void>;
}

export interface DomainRoute {
  /** `/ready` exactly that; `/api/*` all that begins with `/api/`; the longest counts. */
  path: string;
  function: FcFunction;
}

/** "Request body 32 MB, headers 8 KB, path and query 4 KB." */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_TARGET_BYTES = 4 * 1024;

/** A domain of Function Compute's own: browsers get "Content-Disposition: attachment" there. */
export function startHttpTrigger(target: FcFunction, options: PassOptions = {}): Promise<FcDoor> {
  const attachment = ["Content-Disposition", "attachment"];
  return startDoor((request, response) => passOn(target, request, response, { ...options, added: attachment }));
}

export function startCustomDomain(routes: readonly DomainRoute[], options: PassOptions = {}): Promise<FcDoor> {
  return startDoor(async (request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    const route = routeOf(routes, path);
    if (!route) return refuse(response, 404, "DomainRouteNotFound", `no route for ${path}`);
    await passOn(route.function, request, response, { ...options, added: [] });
  });
}

/** An exact one first, then the longest prefix. */
export function routeOf(routes: readonly DomainRoute[], path: string): DomainRoute | null {
  const prefixes = routes
    .filter((route) => route.path.endsWith("*") && path.startsWith(route.path.slice(0, -1)))
    .sort((a, b) => b.path.length - a.path.length);
  return routes.find((route) => route.path === path) ?? prefixes[0] ?? null;
}

async function passOn(
  target: FcFunction,
  request: IncomingMessage,
  response: ServerResponse,
  { added, ...options }: PassOptions & { added: string[] },
): Promise<void> {
  const { method = "", url: path = "/", rawHeaders: headers } = request;
  const tooMuch = overLimit(request);
  if (tooMuch) return refuse(response, 400, "InvalidArgument", tooMuch);
  const answer = await target.pass({ method, path, headers, body: request }, options);
  response.setHeader("x-fc-request-id", answer.requestId);
  if ("failure" in answer) {
    const { type, message } = answer.failure;
    response.setHeader("x-fc-error-type", type === "ResourceExhausted" ? "FcCommonError" : type);
    return refuse(response, type === "ResourceExhausted" ? 429 : 502, type, message);
  }
  await answerWith(response, answer, added);
}

/** The function does not hear that the client has left: what it still sends is read to its end. */
async function answerWith(response: ServerResponse, answer: Answered, added: string[]): Promise<void> {
  const kept = pairs(answer.headers).filter(([name]) => !isReserved(name.toLowerCase()));
  const isTooLong = answer.headers.join(": ").length > MAX_HEADER_BYTES;
  if (isTooLong) refuse(response, 502, "BadResponse", "the headers of the response are too large");
  else {
    response.removeHeader("x-fc-request-id");
    response.writeHead(answer.status, [...kept.flat(), ...added, "x-fc-request-id", answer.requestId]).flushHeaders();
  }
  try {
    for await (const piece of answer.body) {
      if (response.writableEnded || response.destroyed) continue;
      if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    if (!response.writableEnded) response.end();
  } catch {
    response.destroy();
  }
}

type Answered = Exclude<FcAnswer, { failure: unknown }>;

function isReserved(name: string): boolean {
  return ["connection", "keep-alive", "transfer-encoding", "date", "server"].includes(name) || name.startsWith("x-fc-");
}

function overLimit({ url = "", rawHeaders, headers }: IncomingMessage): string | null {
  if (Buffer.byteLength(url) > MAX_TARGET_BYTES) return "path and query are too long";
  if (rawHeaders.join(": ").length > MAX_HEADER_BYTES) return "the headers are too large";
  return Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES ? "the body is too large" : null;
}

function refuse(response: ServerResponse, status: number, ErrorCode: string, ErrorMessage: string): void {
  const body = JSON.stringify({ RequestId: response.getHeader("x-fc-request-id"), ErrorCode, ErrorMessage });
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

async function startDoor(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<FcDoor> {
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
