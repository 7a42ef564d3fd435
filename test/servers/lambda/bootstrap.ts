// A runtime client for Node, as nodejs24.x has one: loads the handler, asks for events, answers them. It is a program: what it is told
// stands in its environment. What it does in which order is that of https://github.com/aws/aws-lambda-nodejs-runtime-interface-client.
import { existsSync } from "node:fs";
import { Agent, type ClientRequest, type IncomingMessage, request as open } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const environment = process.env as Record<string, string>;
const base = `http://${environment.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 2 });
const isStreaming = Symbol.for("aws.lambda.runtime.handler.streaming");

type Handler = ((...given: unknown[]) => unknown) & { [isStreaming]?: "response" };

interface ResponseStream {
  setContentType(type: string): void;
  _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void;
}

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Handler) => Object.assign(handler, { [isStreaming]: "response" }),
    HttpResponseStream: {
      /** The prelude goes ahead of the first write, and of nothing else: a stream that is only ended has none. */
      from(stream: ResponseStream, prelude: object) {
        stream.setContentType("application/vnd.awslambda.http-integration-response");
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude));
          write(new Uint8Array(8));
        };
        return stream;
      },
    },
  },
});

let invocationId: string | null = null;
process.on("uncaughtException", (error) => void fail(error, 129));
process.on("unhandledRejection", (error) => void fail(error, 128));

const handler = await load().catch(async (error: unknown) => {
  await post("init/error", describe(error));
  process.exit(1);
});
for (;;) await handleNext();

async function handleNext(): Promise<void> {
  const response = await answered(open(`${base}/invocation/next`, { agent }).end());
  const event = JSON.parse(await text(response));
  const id = String(response.headers["lambda-runtime-aws-request-id"]);
  invocationId = id;
  if (handler[isStreaming]) await stream(id, event, contextOf(response));
  else await answer(id, event, contextOf(response));
  invocationId = null;
}

async function answer(id: string, event: unknown, context: object): Promise<void> {
  try {
    const result = JSON.stringify((await handler(event, context)) ?? null);
    await post(`invocation/${id}/response`, result);
  } catch (error) {
    console.error("Invoke Error", error);
    await post(`invocation/${id}/error`, describe(error));
  }
}

/** It is over when the handler is done and its stream has ended; a stream that nobody ends lasts until the time limit. */
async function stream(id: string, event: unknown, context: object): Promise<void> {
  const request = open(`${base}/invocation/${id}/response`, { method: "POST", agent });
  request.setHeader("Lambda-Runtime-Function-Response-Mode", "streaming");
  request.setHeader("Trailer", ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"]);
  request.setHeader("Transfer-Encoding", "chunked");
  request.setHeader("Content-Type", "application/octet-stream");
  const done = answered(request).then(text);
  try {
    await handler(event, streamOver(request), context);
    await done;
  } catch (error) {
    console.error("Invoke Error", error);
    const body = describe(error);
    request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": JSON.parse(body).errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(body).toString("base64"),
    });
    request.end();
    await done;
  }
}

/** Not a Writable: an object with these of its functions, as the managed runtime gives one. */
function streamOver(request: ClientRequest): ResponseStream {
  let isBegun = false;
  const own: ResponseStream & { write: ClientRequest["write"]; end: (chunk?: unknown) => void } = {
    setContentType(type) {
      if (isBegun) throw new Error("Cannot set content-type, too late.");
      request.setHeader("Content-Type", type);
    },
    write(chunk: unknown, ...more: unknown[]) {
      const isBytes = typeof chunk === "string" || chunk instanceof Uint8Array;
      if (!isBegun) own._onBeforeFirstWrite?.((first) => request.write(first));
      isBegun = true;
      return Reflect.apply(request.write, request, [isBytes ? chunk : JSON.stringify(chunk), ...more]);
    },
    end: (chunk) => void request.end(chunk),
  };
  const names = ["cork", "uncork", "destroy", "on", "once", "off", "emit", "addListener", "removeListener"] as const;
  const more = ["prependListener", "listeners", "listenerCount", "eventNames", "removeAllListeners"] as const;
  for (const name of [...names, ...more]) Object.assign(own, { [name]: request[name].bind(request) });
  const read = ["destroyed", "writable", "writableFinished", "writableEnded", "writableNeedDrain"] as const;
  const lengths = ["writableLength", "writableHighWaterMark", "writableObjectMode", "writableCorked"] as const;
  for (const name of [...read, ...lengths]) Object.defineProperty(own, name, { get: () => request[name] });
  return own;
}

async function load(): Promise<Handler> {
  const [file = "", name = ""] = environment._HANDLER?.split(".") ?? [];
  const folder = environment.LAMBDA_TASK_ROOT ?? "";
  const path = [".js", ".mjs", ".cjs"].map((ending) => join(folder, file + ending)).find((each) => existsSync(each));
  if (!path) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: "Runtime.ImportModuleError" });
  const found = (await import(pathToFileURL(path).href))[name];
  if (typeof found === "function") return found;
  const notFound = new Error(`${environment._HANDLER} is undefined or not exported`);
  throw Object.assign(notFound, { name: "Runtime.HandlerNotFound" });
}

function contextOf({ headers }: IncomingMessage): object {
  const deadlineAt = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineAt - Date.now(),
  };
}

async function fail(error: unknown, code: number): Promise<void> {
  console.error("Uncaught Exception", error);
  const path = invocationId === null ? "init/error" : `invocation/${invocationId}/error`;
  await post(path, describe(error)).catch(() => {});
  process.exit(code);
}

async function post(path: string, body: string): Promise<void> {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const response = await answered(open(`${base}/${path}`, { method: "POST", agent, headers }).end(body));
  await text(response);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify({ errorType: typeof error, errorMessage: String(error) });
  const { name: errorType, message: errorMessage, stack = "" } = error;
  return JSON.stringify({ errorType, errorMessage, trace: stack.split("\n") });
}

function answered(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once("response", resolve).once("error", reject));
}
