// Makes the client's types and its list of routes from the OpenAPI document: a new route arrives by running it again.
import openapiTypeScript, { astToString, type OpenAPI3 } from "openapi-typescript";

interface Operation {
  operationId: string;
  summary: string;
  parameters: ({ name: string; in: string; required: boolean } | { $ref: string })[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: object } | { $ref: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** The texts of the generated files, by name. */
export async function generate(document: Document): Promise<Record<"schema.ts" | "routes.ts", string>> {
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true };
  const types = astToString(await openapiTypeScript(document as unknown as OpenAPI3, options));
  return { "schema.ts": `${made}\n${types}`, "routes.ts": routesText(document) };
}

const made = "// Made from the OpenAPI document by `npm run generate -w clients/js`. Not to be edited.\n";

interface Route {
  method: string;
  path: string;
  operation: Operation;
}

function routesText({ paths }: Document): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  // What becomes another protocol is no call: `follow-socket.ts` speaks it.
  const routes = all.filter(({ operation }) => !("101" in operation.responses));
  return `${made}
import type { CallOptions, KeyedOptions } from "../options.ts";
import type { Body, Data, Query } from "../of-operation.ts";

/** What a route takes: \`b\` a body, \`q\` a query, \`k\` an Idempotency-Key; \`s\`: it streams, unless \`since\` is given. */
export const routes: Readonly<Record<keyof Routes, readonly [method: string, path: string, takes: string]>> = {
${routes.map((route) => `  ${route.operation.operationId}: ["${route.method}", "${route.path}", "${takes(route)}"],`).join("\n")}
};

/** Each route as a method: what stands in the path, then the body, then the query, then options. */
export interface Routes {
${routes.map(signature).join("\n")}
}
`;
}

function takes({ operation }: Route): string {
  return [
    operation.requestBody ? "b" : "",
    hasQuery(operation) ? "q" : "",
    hasKey(operation) ? "k" : "",
    isStream(operation) ? "s" : "",
  ].join("");
}

function signature({ method, path, operation }: Route): string {
  const { operationId: id, summary, parameters } = operation;
  const isQueryNeeded = parameters.some((each) => "in" in each && each.in === "query" && each.required);
  const inputs = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name}: string`),
    ...(operation.requestBody ? [`body: Body<"${id}">`] : []),
    ...(hasQuery(operation) ? [`query${isQueryNeeded ? "" : "?"}: Query<"${id}">`] : []),
    `options?: ${hasKey(operation) ? "KeyedOptions" : "CallOptions"}`,
  ];
  return `  /** ${summary.replaceAll("*/", "* /")} \`${method} ${path}\` */
  ${id}(${inputs.join(", ")}): Promise<Data<"${id}">>;`;
}

function hasQuery({ parameters }: Operation): boolean {
  return parameters.some((each) => "in" in each && each.in === "query");
}

function hasKey({ parameters }: Operation): boolean {
  return parameters.some((each) => "$ref" in each && each.$ref.endsWith("/Idempotency-Key"));
}

function isStream({ responses }: Operation): boolean {
  return Object.values(responses).some(
    (each) => "content" in each && each.content !== undefined && "text/event-stream" in each.content,
  );
}
