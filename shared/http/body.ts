// Reads the body as JSON. A route that takes none may still be sent `{}`; what is in it is for validation to refuse.
import { parseJsonBody } from "./json.ts";
import type { HttpMiddleware } from "./middleware.ts";

export function jsonBody(): HttpMiddleware {
  return {
    before({ event, context }) {
      context.body = parseJsonBody(event);
    },
  };
}
