// One route as the document describes it.
import type * as z from "zod/mini";
import { catalogue, type ErrorType } from "../../errors/catalogue.ts";
import { id as idShape } from "../id.ts";
import type { Answer, Described } from "./description.ts";
import { answerHeaders } from "./headers.ts";
import { addComponent, type Components, type JsonSchema, namedPart, toJsonSchema } from "./json-schema.ts";

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
  /** Failures stand in the components, as many routes have the same. */
  responses: Record<string, Response | { $ref: string }>;
}

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export type Content = Record<string, { schema: JsonSchema; example?: unknown }>;

/** A body and the answer to it, as they went over the wire. */
export interface Example {
  request?: unknown;
  status: number;
  contentType?: string;
  answer: unknown;
}

export interface Response {
  description: string;
  headers: Record<string, object>;
  content?: Content;
}

/** `example`: of this route, when one was recorded. */
export function operationOf({ name, path, described }: Route, components: Components, example?: Example): Operation {
  const { summary = "", description, auth, body, maxFileBytes, headers = [] } = described;
  const requestBody = body && namedSchema(`${pascalCase(name)}Request`, body, components);
  return {
    operationId: camelCase(name),
    summary,
    description: description ?? summary,
    tags: [tagOf(path)],
    security: auth === "none" ? [] : [{ bearer: [] }],
    parameters: [
      ...pathParameters(path, described, components),
      ...queryParameters(described, components),
      ...headers.map((header) => ({ $ref: `#/components/parameters/${header}` })),
    ],
    ...(requestBody
      ? {
          requestBody: {
            required: true,
            content: { ...json(requestBody, example?.request), ...(maxFileBytes ? anyBytes : {}) },
          },
        }
      : {}),
    responses: { ...successes(name, described, components, example), ...failures(path, described, components) },
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
    return {
      ...{ name, in: "path", required: true, description: whoseName(path, name) },
      schema: pattern ? { ...schema, pattern: pattern.source } : schema,
    };
  });
}

/** `/jobs/{id}`: the job's id. */
function whoseName(path: string, name: string): string {
  const before =
    path
      .slice(0, path.indexOf(`{${name}}`))
      .split("/")
      .at(-2) ?? "";
  const whose = before.replace(/ies$/, "y").replace(/s$/, "");
  return /id$/i.test(name) ? `The ${whose}'s id.` : `The ${name}.`;
}

function queryParameters({ query }: Described, components: Components): Parameter[] {
  if (!query) return [];
  const { properties = {}, required = [] } = toJsonSchema(query, "input", components);
  return Object.entries(properties).map(([name, field]) => {
    const { description = `The ${name}.`, ...schema } = field as JsonSchema;
    return { name, in: "query", required: required.includes(name), description, schema };
  });
}

function successes(
  name: string,
  { answers = () => ({}) }: Described,
  components: Components,
  example: Example | undefined,
): Record<string, Response> {
  const byStatus = Object.entries(answers());
  return Object.fromEntries(
    byStatus.map(([status, answer]) => {
      // Answers of one route that differ by status each have a name.
      const resultName = `${pascalCase(name)}Result${new Set(byStatus.map(([, each]) => each)).size > 1 ? status : ""}`;
      const own = example?.status === Number(status) ? example : undefined;
      return [status, success(Number(status), [answer].flat(), { resultName, components, example: own })];
    }),
  );
}

interface Naming {
  /** Of an answer that has no name of its own. */
  resultName: string;
  components: Components;
  example: Example | undefined;
}

const meanings: Readonly<Record<number, string>> = {
  200: "Done.",
  201: "Made.",
  202: "Taken on; it goes on.",
};

function success(status: number, answers: readonly Answer[], naming: Naming): Response {
  const text = answers.find((answer) => typeof answer === "string");
  const contents = answers.filter((answer) => typeof answer !== "string").map((answer) => content(answer, naming));
  const { Location, "Retry-After": _, ...always } = answerHeaders;
  return {
    description: text ?? meanings[status] ?? "Done.",
    headers: status === 201 || status === 202 ? { ...always, Location } : always,
    ...(contents.length > 0 ? { content: Object.assign({}, ...contents) } : {}),
  };
}

function content(answer: Exclude<Answer, string>, { resultName, components, example }: Naming): Content {
  const shown = (contentType: string) =>
    example && (example.contentType ?? "application/json") === contentType ? { example: example.answer } : {};
  if ("contentType" in answer) {
    const schema = toJsonSchema(answer.schema, "output", components);
    return { [answer.contentType]: { schema, ...shown(answer.contentType) } };
  }
  const data = namedPart(resultName, answer, components);
  const schema: JsonSchema = {
    type: "object",
    properties: { code: { type: "integer", const: 0 }, message: { type: "string", const: "success" }, data },
    required: ["code", "message", "data"],
    additionalProperties: false,
  };
  return { "application/json": { schema, ...shown("application/json") } };
}

/** By status, with every type that it may have here. */
function failures(path: string, described: Described, components: Components): Record<string, { $ref: string }> {
  const types = [...new Set([...commonErrors(path, described), ...(described.errors ?? [])])];
  const byStatus = Object.groupBy(types, (type) => String(catalogue[type].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, own = []]) => {
      const name = own.map(pascalCase).join("Or");
      components.responses[name] ??= failure(Number(status), own);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
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

function namedSchema(name: string, schema: z.ZodMiniType, components: Components): JsonSchema {
  return addComponent(components, name, toJsonSchema(schema, "input", components));
}

function json(schema: JsonSchema, example?: unknown): Content {
  return { "application/json": { schema, ...(example === undefined ? {} : { example }) } };
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[-_])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A function's name as programs write it. */
export function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
