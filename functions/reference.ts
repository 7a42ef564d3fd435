// The OpenAPI document of all functions that are declared. Made once: it does not change while a process lives.
import packageJson from "../package.json" with { type: "json" };
import { type OpenApiDocument, openApiDocument } from "../shared/http/openapi/document.ts";
import examples from "../shared/http/openapi/examples.json" with { type: "json" };
import { describedRoutes } from "../shared/http/openapi/routes.ts";
import { BASE_PATH } from "../shared/runtime/http/http-routes.ts";
import { declarations } from "./declarations.ts";

let document: OpenApiDocument | null = null;

export async function readDocument(): Promise<OpenApiDocument> {
  document ??= openApiDocument(await describedRoutes(declarations), {
    version: packageJson.version,
    basePath: BASE_PATH,
    examples,
  });
  return document;
}
