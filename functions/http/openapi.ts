// GET /openapi.json: the API as an OpenAPI 3.1 document, made from the schemas that validate.
import { httpFunction } from "../../shared/http/http-function.ts";
import { shownDocument } from "../../shared/http/openapi/shapes/reference.ts";
import { bare } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { readDocument } from "../reference.ts";

async function openApi() {
  return bare("application/json; charset=utf-8", JSON.stringify(await readDocument()));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "This document.",
    answers: () => ({ 200: shownDocument }),
  },
  openApi,
);
