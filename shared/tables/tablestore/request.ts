// One request to Tablestore: it ends, whatever the network does.
import type { Client, Operations } from "tablestore";
import { readSdkError, TablestoreError } from "./errors.ts";

export function send<Name extends keyof Operations>(
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
