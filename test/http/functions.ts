// Functions that only tests have.
import * as z from "zod/mini";
import type { HttpDeclaration } from "../../shared/events/declaration.ts";
import type { HttpHandler } from "../../shared/events/http.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import type { Result } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

type Method = HttpDeclaration["trigger"]["method"];

export function declared(method: Method, path: string, handler: HttpHandler): HttpDeclaration {
  const name = `${method}-${path}`;
  return {
    name,
    trigger: { type: "http", method, path },
    memoryMb: 128,
    timeoutSeconds: 5,
    load: async () => ({ handler }),
  };
}

/** A public function that takes any JSON object. */
export function anything(
  method: Method,
  path: string,
  handle: (request: AcceptedFromAnyone<z.ZodMiniRecord>) => Promise<Result>,
): HttpDeclaration {
  const body = method === "GET" ? undefined : z.record(z.string(), z.unknown());
  return declared(method, path, httpFunction(requestRuntime, { auth: "none", body: body as z.ZodMiniRecord }, handle));
}
