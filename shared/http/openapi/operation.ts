// One route as the document describes it.
import * as z from "zod";
import { catalogue, type ErrorType } from "../../errors/catalogue.ts";
import { id as idShape } from "../id.ts";
import type { Answer, Described } from "./description.ts";
import { answerHeaders } from "./headers.ts";
import { addComponent, type Components, type JsonSchema, toJsonSchema } from "./json-schema.ts";

export interface Route {
  /** The function's name. */
  name: string;
  method: string;
  /** Below the base path, with names in braces. */
  path: string;
  described: Described;
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: (Parameter | { $ref: string })[];
  requestBody?: { required: true; content: Content };
  responses: Record<string, Response>;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export type Content = Record<string, { schema: JsonSchema }>;

export interface Response {
  description: string;
  headers: Record<string, object>;
  content?: Content;
}

export function operationOf({ name, path, described }: Route, components: Components): Operation {
  const { summary = "", description, auth, body, maxFileBytes, headers = [] } = described;
  const requestBody = body && namedSchema(`${pascalCase(name)}Request`, body, components);
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tagOf(path)],
    security: auth === "none" ? [] : [{ bearer: [] }],
    parameters: [
      ...pathParameters(path, described, components),
      ...queryParameters(described, components),
      ...headers.map((header) => ({ $ref: `#/components/parameters/${header}` })),
    ],
    ...(requestBody
      ? { requestBody: { required: true, content: { ...json(requestBody), ...(maxFileBytes ? anyBytes : {}) } } }
      : {}),
    responses: { ...successes(described, components), ...failures(path, described) },
  };
}

/** OpenAPI 3.1, 4.8.14.1: of bytes as they are nothing is said. */
const anyBytes: Content = { "*/*": { schema: {} } };

/** What is not about anything in particular is about the service. */
function tagOf(path: string): string {
  const [, first = ""] = path.split("/");
  return ["health", "openapi.json", "docs"].includes(first) ? "service" : first;
}

function pathParameters(path: string, { params }: Described, components: Components): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const pattern = params?.[name];
    const isOurId = name === "id" && !pattern;
    const schema = isOurId ? toJsonSchema(idShape, "input", components) : { type: "string" as const };
    return { name, in: "path", required: true, schema: pattern ? { ...schema, pattern: pattern.source } : schema };
  });
}

function queryParameters({ query }: Described, components: Components): Parameter[] {
  if (!query) return [];
  const { properties = {}, required = [] } = toJsonSchema(query, "input", components);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema: schema as JsonSchema,
  }));
}

function successes({ answers = () => ({}) }: Described, components: Components): Record<string, Response> {
  return Object.fromEntries(
    Object.entries(answers()).map(([status, answer]) => [status, success(Number(status), [answer].flat(), components)]),
  );
}

const meanings: Readonly<Record<number, string>> = {
  200: "Done.",
  201: "Made.",
  202: "Taken on; it goes on.",
};

function success(status: number, answers: readonly Answer[], components: Components): Response {
  const text = answers.find((answer) => typeof answer === "string");
  const contents = answers.filter((answer) => typeof answer !== "string").map((answer) => content(answer, components));
  const { Location, "Retry-After": _, ...always } = answerHeaders;
  return {
    description: text ?? meanings[status] ?? "Done.",
    headers: status === 201 || status === 202 ? { ...always, Location } : always,
    ...(contents.length > 0 ? { content: Object.assign({}, ...contents) } : {}),
  };
}

function content(answer: Exclude<Answer, string>, components: Components): Content {
  if ("contentType" in answer)
    return { [answer.contentType]: { schema: toJsonSchema(answer.schema, "output", components) } };
  const envelope = z.strictObject({ code: z.literal(0), message: z.literal("success"), data: answer });
  return json(toJsonSchema(envelope, "output", components));
}

/** By status, with every type that it may have here. */
function failures(path: string, described: Described): Record<string, Response> {
  const types = [...new Set([...commonErrors(path, described), ...(described.errors ?? [])])];
  const byStatus = Object.groupBy(types, (type) => String(catalogue[type].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, own = []]) => [status, failure(Number(status), own)]),
  );
}

function commonErrors(path: string, { auth, body }: Described): ErrorType[] {
  return [
    "invalid_request",
    ...(auth === "none" ? [] : (["unauthenticated"] as const)),
    ...(auth === "admin" ? (["forbidden"] as const) : []),
    ...(path.includes("{") ? (["not_found"] as const) : []),
    ...(body ? (["too_large", "unsupported_media_type"] as const) : []),
    "rate_limited",
    "internal",
    "unavailable",
  ];
}

function failure(status: number, types: readonly ErrorType[]): Response {
  const { "X-Request-Id": requestId, "Retry-After": retryAfter } = answerHeaders;
  const isForLater = status === 429 || status === 503 || status === 507;
  const own = {
    properties: { code: { const: status }, error: { properties: { type: { enum: [...types] } } } },
  } satisfies JsonSchema;
  return {
    description: types.map((type) => `\`${type}\`: ${catalogue[type].text}`).join(" "),
    headers: { "X-Request-Id": requestId, ...(isForLater ? { "Retry-After": retryAfter } : {}) },
    content: json({ allOf: [{ $ref: "#/components/schemas/Error" }, own] }),
  };
}

function namedSchema(name: string, schema: z.ZodType, components: Components): JsonSchema {
  return addComponent(components, name, toJsonSchema(schema, "input", components));
}

function json(schema: JsonSchema): Content {
  return { "application/json": { schema } };
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
