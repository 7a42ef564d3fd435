// The headers that every answer carries, whoever makes it.
import type { HttpRequest, HttpResponse } from "../events/http.ts";
import { corsHeaders } from "./cors.ts";
import type { HttpMiddleware, Step } from "./middleware.ts";

export function standardHeaders(): HttpMiddleware {
  return { after: add, onError: add };
}

export function withStandardHeaders<Response extends HttpResponse>(
  response: Response,
  request: Pick<HttpRequest, "requestId" | "headers">,
  corsOrigins: readonly string[],
): Response {
  const standard = {
    "x-request-id": request.requestId,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...corsHeaders(corsOrigins, request.headers.origin),
  };
  return { ...response, headers: { ...standard, ...response.headers } };
}

function add(step: Step): void {
  if (step.response)
    step.response = withStandardHeaders(step.response, step.event, step.context.deps.config.corsOrigins);
}
