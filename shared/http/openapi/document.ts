// The OpenAPI document, made from what the functions accept and answer.
import * as z from "zod";
import { requestHeaders } from "./headers.ts";
import { type Components, toJsonSchema } from "./json-schema.ts";
import { type Operation, operationOf, type Route } from "./operation.ts";

export interface OpenApiDocument {
  openapi: "3.1.1";
  info: { title: string; version: string; summary: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Components["schemas"];
    parameters: Record<string, object>;
    securitySchemes: Record<string, object>;
  };
}

/** `basePath`: where the routes begin, as callers see it. Throws when two schemas have one id. */
export function openApiDocument(
  routes: readonly Route[],
  about: { version: string; basePath: string },
): OpenApiDocument {
  const components: Components = { schemas: {} };
  toJsonSchema(z.strictObject({ error: errorEnvelope }), "output", components);
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  const tags = new Set(routes.flatMap((route) => operationOf(route, components).tags));
  return {
    openapi: "3.1.1",
    info: { title: "Dream Factory", version: about.version, ...introduction },
    servers: [{ url: about.basePath }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: { schemas: components.schemas, parameters: headerParameters(), securitySchemes },
  };
}

const introduction = {
  summary: "AI images and videos that are kept, charged once, and never stuck.",
  description: [
    'Success is `{"code":0,"message":"success","data":…}`, failure the HTTP status and the error envelope.',
    "Keys of requests may also be written in snake_case; unknown ones are refused.",
    "Ids are lower-case UUIDv7, times ISO 8601 in UTC, credits whole numbers.",
    "A job reads as ended only when its credits are captured or given back.",
    "Programs that speak to OpenAI find its images, audio/speech, models and videos below `/openai/v1`, in its shapes, which are not described here.",
  ].join(" "),
};

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The token that registering or logging in gives.",
  },
};

const errorEnvelope = z
  .strictObject({
    code: z.int().meta({ description: "The HTTP status." }),
    message: z.string().meta({ description: "What is wrong and what to do." }),
    data: z.null(),
    error: z.strictObject({
      type: z.string(),
      requestId: z.string(),
      details: z.array(z.strictObject({ path: z.string(), message: z.string() })),
    }),
  })
  .meta({ id: "Error" });

function headerParameters(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(requestHeaders).map(([name, header]) => [name, { name, in: "header", ...header }]),
  );
}
