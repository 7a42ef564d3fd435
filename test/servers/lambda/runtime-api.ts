// The Lambda Runtime API of one execution environment: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version 2018-06-01.
// One invocation at a time: an event is handed out by `next`, and answered whole, as a stream, or by an error.
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, json } from "node:stream/consumers";
import { FunctionFailed, type Prelude, type RawAnswer, streamedBody, withPrelude } from "./streamed-response.ts";

export interface FunctionError {
  /** Such as `Error`, `Runtime.ExitError`, `Sandbox.Timedout`. */
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** The payload is parsed; a text where a stream was none of JSON. */
export type Outcome = { payload: unknown } | { error: FunctionError };

export interface Streamed {
  contentType: string;
  /** Null unless the content type is that of an HTTP integration, and one was written. */
  prelude: Prelude | null;
  /** Throws FunctionFailed where the function failed in its middle. */
  body: AsyncIterable<Uint8Array>;
}

/** An error is one before the first byte. */
export type StreamOutcome = Streamed | { error: FunctionError };

export interface InvokeOptions {
  /** Epoch milliseconds; default 3 s ahead. Nobody enforces it here. */
  deadlineAt?: number;
}

export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API: host and port. */
  address: string;
  /** The event waits until it is asked for. Throws when another invocation is not answered yet. */
  invoke(event: unknown, options?: InvokeOptions): Promise<Outcome>;
  invokeStream(event: unknown, options?: InvokeOptions): Promise<StreamOutcome>;
  /** Resolves when the runtime waits for an event: whatever it was doing is over. */
  waiting(): Promise<void>;
  /** What the runtime said of a start that failed. */
  initError: FunctionError | null;
  /** The runtime is gone: what is not answered ends with this. */
  abandon(error: FunctionError): void;
  close(): Promise<void>;
}

interface Invocation {
  id: string;
  event: string;
  deadlineAt: number;
  answer: PromiseWithResolvers<RawAnswer>;
  abandoned: PromiseWithResolvers<FunctionError>;
  isHandedOut: boolean;
  isAnswered: boolean;
}

/** "Payload: 6 MB each for request and response"; the error names this number. */
const MAX_PAYLOAD_BYTES = 6_291_556;
const DEFAULT_TIMEOUT_MS = 3000;

export async function startRuntimeApi(functionArn = "arn:aws:lambda:eu-central-1:1:function:f"): Promise<RuntimeApi> {
  let current: Invocation | null = null;
  let poll: ServerResponse | null = null;
  let polled = Promise.withResolvers<void>();

  async function begin(event: unknown, options: InvokeOptions = {}): Promise<Invocation> {
    if (current?.isAnswered) await api.waiting();
    if (current) throw new Error("an invocation is not over");
    const { deadlineAt = Date.now() + DEFAULT_TIMEOUT_MS } = options;
    const state = { isHandedOut: false, isAnswered: false };
    const settling = { answer: Promise.withResolvers<RawAnswer>(), abandoned: Promise.withResolvers<FunctionError>() };
    const begun = { id: randomUUID(), event: JSON.stringify(event), deadlineAt, ...settling, ...state };
    current = begun;
    handOut();
    return begun;
  }

  function handOut(): void {
    if (!poll || !current || current.isHandedOut) return;
    const traceId = `Root=1-${randomBytes(4).toString("hex")}-${randomBytes(12).toString("hex")};Sampled=0`;
    current.isHandedOut = true;
    poll.writeHead(200, {
      "content-type": "application/json",
      "Lambda-Runtime-Aws-Request-Id": current.id,
      "Lambda-Runtime-Deadline-Ms": String(current.deadlineAt),
      "Lambda-Runtime-Invoked-Function-Arn": functionArn,
      "Lambda-Runtime-Trace-Id": traceId,
    });
    poll.end(current.event);
    poll = null;
    polled = Promise.withResolvers();
  }

  function next(response: ServerResponse): void {
    if (current?.isHandedOut) {
      settle(current, { error: { errorType: "Runtime.NoAnswer", errorMessage: "the runtime went on without one" } });
      current = null;
    }
    poll = response;
    response.once("close", () => {
      if (poll !== response) return;
      poll = null;
      polled = Promise.withResolvers();
    });
    polled.resolve();
    handOut();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace("/2018-06-01/runtime/", "");
    if (request.method === "GET" && path === "invocation/next") return next(response);
    if (request.method !== "POST") return send(response, 404, problem("NotFound", path));
    if (path === "init/error") {
      api.initError = (await json(request)) as FunctionError;
      api.abandon(api.initError);
      return send(response, 202, { status: "OK" });
    }
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (!kind) return send(response, 404, problem("NotFound", path));
    if (!current || id !== current.id) return send(response, 400, problem("InvalidRequestID", "Invalid request ID"));
    if (current.isAnswered)
      return send(response, 403, problem("InvalidStateTransition", "State transition is refused"));
    if (kind === "error") {
      settle(current, { error: (await json(request)) as FunctionError });
      return send(response, 202, { status: "OK" });
    }
    await respond(current, request, response);
  }

  async function respond(invocation: Invocation, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const contentType = request.headers["content-type"] ?? "application/octet-stream";
    if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
      request.once("end", () => send(response, 202, { status: "OK" }));
      return settle(invocation, { contentType, body: streamedBody(request, invocation.abandoned.promise) });
    }
    const bytes = await buffer(request);
    if (bytes.byteLength <= MAX_PAYLOAD_BYTES) {
      settle(invocation, { contentType, body: only(bytes) });
      return send(response, 202, { status: "OK" });
    }
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`;
    settle(invocation, { error: { errorType: "Function.ResponseSizeTooLarge", errorMessage } });
    send(response, 413, problem("RequestEntityTooLarge", errorMessage));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, problem("InternalServerError", String(error)));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const api: RuntimeApi = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initError: null,
    async invoke(event, options) {
      const { answer } = await begin(event, options);
      return wholeOf(await answer.promise);
    },
    async invokeStream(event, options) {
      const { answer } = await begin(event, options);
      return withPrelude(await answer.promise);
    },
    async waiting() {
      while (!poll) await polled.promise;
    },
    abandon(error) {
      current?.abandoned.resolve(error);
      if (current) settle(current, { error });
      current = null;
    },
    async close() {
      api.abandon({ errorType: "Runtime.Closed", errorMessage: "the Runtime API was closed" });
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return api;
}

function settle(invocation: Invocation, answer: RawAnswer): void {
  invocation.isAnswered = true;
  invocation.answer.resolve(answer);
}

async function wholeOf(answer: RawAnswer): Promise<Outcome> {
  if ("error" in answer) return answer;
  try {
    const text = (await buffer(answer.body)).toString();
    return { payload: parsed(text) };
  } catch (error) {
    if (error instanceof FunctionFailed) return { error: error.error };
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function problem(errorType: string, errorMessage: string): FunctionError {
  return { errorType, errorMessage };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
