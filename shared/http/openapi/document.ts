// The OpenAPI document, made from what the functions accept and answer.
import * as z from "zod/mini";
import { catalogue, type ErrorType } from "../../errors/catalogue.ts";
import { outgoingWebhooks, type SentOperation } from "./events.ts";
import { requestHeaders } from "./headers.ts";
import { type Components, toJsonSchema } from "./json-schema.ts";
import { camelCase, type Example, type Operation, operationOf, type Response, type Route } from "./operation.ts";
import { introduction, tagDescriptions } from "./words.ts";

export interface OpenApiDocument {
  openapi: "3.1.1";
  info: {
    title: string;
    version: string;
    summary: string;
    description: string;
    license: { name: string; url: string };
    contact: { name: string };
  };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: SentOperation }>;
  components: {
    schemas: Components["schemas"];
    responses: Record<string, Response>;
    parameters: Record<string, object>;
    securitySchemes: Record<string, object>;
  };
}

export interface About {
  version: string;
  /** Where the routes begin, as callers see it. */
  basePath: string;
  /** Recorded from a run, by the name of their operation. */
  examples?: Readonly<Record<string, Example>>;
}

/** Throws when two schemas have one id. */
export function openApiDocument(
  routes: readonly Route[],
  { version, basePath, examples = {} }: About,
): OpenApiDocument {
  const components = { schemas: {}, responses: {} };
  toJsonSchema(z.strictObject({ error: errorEnvelope }), "output", components);
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) {
    const operation = operationOf(route, components, examples[camelCase(route.name)]);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  const webhooks = outgoingWebhooks(components, {
    job: examples.jobEnded?.request,
    production: examples.productionEnded?.request,
  });
  const tags = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)));
  return {
    openapi: "3.1.1",
    info: {
      ...{ title: "Dream Factory", version, ...introduction },
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      contact: { name: "Whoever runs this server" },
    },
    servers: [{ url: basePath, description: "This server." }],
    tags: [...tags].map((name) => ({ name, description: tagDescriptions[name] ?? `Routes below /${name}.` })),
    paths,
    webhooks,
    components: { ...components, parameters: headerParameters(), securitySchemes },
  };
}

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The token that registering or logging in gives.",
  },
};

/** A job's own errors never are an answer's. */
const ofJobsOnly: readonly ErrorType[] = [
  ...(["provider_error", "moderation_blocked", "invalid_output", "fetch_refused"] as const),
  ...(["fetch_failed", "deadline_exceeded", "provider_unknown"] as const),
];
const answerErrors = (Object.keys(catalogue) as ErrorType[]).filter((type) => !ofJobsOnly.includes(type));

const errorEnvelope = z
  .strictObject({
    code: z.int().register(z.globalRegistry, { description: "The HTTP status." }),
    message: z.string().register(z.globalRegistry, { description: "What is wrong and what to do." }),
    data: z.null(),
    error: z.strictObject({
      type: z.enum(answerErrors),
      requestId: z.string().register(z.globalRegistry, { description: "Names this request in our log." }),
      details: z.array(z.strictObject({ path: z.string(), message: z.string() })),
    }),
  })
  .register(z.globalRegistry, { id: "Error" });

function headerParameters(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(requestHeaders).map(([name, header]) => [name, { name, in: "header", ...header }]),
  );
}
