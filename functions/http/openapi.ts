// GET /openapi.json: the API as an OpenAPI 3.1 document, made from the schemas that validate.
import { httpFunction } from "../../shared/http/http-function.ts";
import { largeText } from "../../shared/http/large-text.ts";
import { shownDocument } from "../../shared/http/openapi/shapes/reference.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { readDocument } from "../reference.ts";

const openApi = largeText({
  contentType: "application/json; charset=utf-8",
  make: async () => JSON.stringify(await readDocument()),
});

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "This document.",
    answers: () => ({ 200: shownDocument }),
  },
  openApi,
);
