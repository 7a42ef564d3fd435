// GET /docs: the reference as a page to read, made from the same document.
import { httpFunction } from "../../shared/http/http-function.ts";
import { largeText } from "../../shared/http/large-text.ts";
import { pageHeaders, referencePage } from "../../shared/http/openapi/page.ts";
import { shownPage } from "../../shared/http/openapi/shapes/reference.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { readDocument } from "../reference.ts";

const docs = largeText({
  contentType: "text/html; charset=utf-8",
  headers: pageHeaders,
  make: async () => referencePage(await readDocument()),
});

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "This document as a page to read.",
    answers: () => ({ 200: shownPage }),
  },
  docs,
);
