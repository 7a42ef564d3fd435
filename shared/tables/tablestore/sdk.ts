// The vendor's SDK, for what operators run: making and describing tables. It has no types of its own (`tablestore.d.ts`).
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import TableStore, { type Client, type Operations } from "tablestore";
import { createClientsByKey } from "../clients-by-key.ts";
import type { TablestoreOptions } from "./client.ts";
import { TablestoreError } from "./errors.ts";

export type Send = <Name extends keyof Operations>(
  operation: Name,
  params: Operations[Name]["params"],
) => Promise<Operations[Name]["answer"]>;

/** Sends with the present credentials over connections that stay open; `close` ends those. */
export function createTablestoreSdk(options: TablestoreOptions): { send: Send; close(): void } {
  const { endpoint, instance, timeoutMs = 5000 } = options;
  const agent = endpoint.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const client = createClientsByKey(options.credentials, ({ accessKeyId, accessKeySecret, securityToken }) => {
    const key = {
      accessKeyId,
      secretAccessKey: accessKeySecret,
      ...(securityToken ? { stsToken: securityToken } : {}),
    };
    // The SDK's own retries would hide that an answer was lost, and it has none for writes.
    return new TableStore.Client({ ...key, endpoint, instancename: instance, maxRetries: 0, httpOptions: { agent } });
  });
  return {
    send: async (operation, params) => send(await client(), operation, params, timeoutMs),
    close: () => agent.destroy(),
  };
}

/** It ends, whatever the network does. */
function send<Name extends keyof Operations>(
  client: Client,
  operation: Name,
  params: Operations[Name]["params"],
  timeoutMs: number,
): Promise<Operations[Name]["answer"]> {
  const { promise, resolve, reject } = Promise.withResolvers<Operations[Name]["answer"]>();
  const request = client.makeRequest(operation, params, (error, answer) => {
    if (error) reject(readSdkError(operation, error));
    else resolve(answer);
  });
  // The SDK waits for the answer's end, and for ever when the connection breaks in the middle of it.
  request.on("httpHeaders", (_status, _headers, { httpResponse: { stream } }) => {
    stream.once("close", () => {
      if (!stream.complete) reject(new TablestoreError(`${operation}: the connection broke within the answer`));
    });
  });
  const timer = setTimeout(() => {
    reject(new TablestoreError(`${operation}: no answer within ${timeoutMs} ms`));
    request.httpRequest.stream?.destroy();
  }, timeoutMs);
  return promise.finally(() => clearTimeout(timer));
}

/**
 * The SDK puts the answer's bytes into the message as they are: the protobuf message `Error` (1: code, 2: message), then the request's
 * id. Its own `code` is the HTTP status as a number, or a word when nothing came.
 */
function readSdkError(operation: string, error: Error): TablestoreError {
  const status = "code" in error && typeof error.code === "number" ? error.code : null;
  const code = /OTS[A-Za-z]+/.exec(error.message)?.[0] ?? null;
  if (code === null && status === null) return new TablestoreError(`${operation}: ${error.message}`, { cause: error });
  const [body = "", requestId = ""] = error.message.split(" requestId:");
  const text = code === null ? body : textBehind(body, code);
  const message = `${operation}: ${status} ${code ?? "without a code"}: ${text} (request ${requestId || "unknown"})`;
  return new TablestoreError(message, { code, status });
}

/** Behind the code stand a tag and the text's length: one byte, or two of which the first is no letter in UTF-8. */
function textBehind(body: string, code: string): string {
  const rest = body.slice(body.indexOf(code) + code.length + 1);
  return rest.slice(rest.startsWith("\ufffd") ? 2 : 1);
}
