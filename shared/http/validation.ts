// Holds a request against the function's schemas: first what was sent (400), then whether the path can name anything (404).
import type * as z from "zod/mini";
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import type { HttpRequest } from "../events/http.ts";
import { uuidV7 } from "../ports/ids.ts";
import { invalidRequest } from "./invalid.ts";
import { describe, detailsOf } from "./issues.ts";
import type { HttpMiddleware } from "./middleware.ts";
import { respell } from "./spelling.ts";

export interface Schemas {
  /** Of the JSON body; without it the route takes none. */
  body?: z.ZodMiniType | undefined;
  /** Of the query, as an object of strings; without it the query is not looked at. */
  query?: z.ZodMiniObject | undefined;
  /** What parts of the path must look like; others read as not found. `id` is a UUIDv7 unless it is said here. */
  params?: Readonly<Record<string, RegExp>> | undefined;
}

export function validation({ body, query, params }: Schemas): HttpMiddleware {
  const patterns = { id: uuidV7, ...params };
  return {
    before({ event, context }) {
      const details: ErrorDetail[] = [];
      context.query = query && checkQuery(query, event.query, details);
      context.body = checkBody(body, context.body, details);
      if (details.length > 0) throw invalidRequest(details);
      if (!canExist(event.params, patterns)) throw new AppError("not_found");
    },
  };
}

function checkBody(schema: z.ZodMiniType | undefined, sent: unknown, details: ErrorDetail[]): unknown {
  if (sent === undefined || (sent === null && !schema)) return undefined;
  if (sent === null) return void details.push({ path: "body", message: "is required: send a JSON object" });
  if (!schema) return refuseBody(sent, details);
  const { value, problems } = respell(schema, sent);
  // One by one, here and below: what is spread into a call lies on the stack, and of these there may be very many.
  for (const problem of problems) details.push(problem);
  return parse(schema, value, "body", details);
}

/** An empty object is as good as none. */
function refuseBody(sent: unknown, details: ErrorDetail[]): undefined {
  if (typeof sent !== "object" || Array.isArray(sent)) {
    const message = describe({ code: "invalid_type", expected: "object", input: sent });
    details.push({ path: "body", message });
    return;
  }
  for (const path of Object.keys(sent ?? {})) details.push({ path, message: "is not taken: this takes no body" });
}

function checkQuery(schema: z.ZodMiniObject, sent: HttpRequest["query"], details: ErrorDetail[]): unknown {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(sent).filter((name) => !known.includes(name));
  const repeated = known.filter((name) => (sent[name]?.length ?? 0) > 1);
  const message = `is not a parameter here; known are ${known.join(", ")}`;
  for (const path of unknown) details.push({ path, message });
  details.push(...repeated.map((path) => ({ path, message: "is given more than once" })));
  const single = known.flatMap((name) => (sent[name] ? [[name, sent[name][0]] as const] : []));
  return parse(schema, Object.fromEntries(single), "query", details);
}

function parse(schema: z.ZodMiniType, value: unknown, root: string, details: ErrorDetail[]): unknown {
  const parsed = schema.safeParse(value, { error: describe });
  if (parsed.success) return parsed.data;
  for (const detail of detailsOf(parsed.error.issues, root)) details.push(detail);
  return undefined;
}

function canExist(params: HttpRequest["params"], patterns: Readonly<Record<string, RegExp>>): boolean {
  return Object.entries(params).every(([name, value]) => patterns[name]?.test(value) ?? true);
}
