// Reads the body as JSON, or leaves it as it came. A JSON route that takes none may still be sent `{}`; what is in it is for validation to refuse.
import { AppError } from "../errors/app-error.ts";
import { parseJsonBody } from "./json.ts";
import type { HttpMiddleware } from "./middleware.ts";

export function jsonBody(): HttpMiddleware {
  return {
    before({ event, context }) {
      context.body = parseJsonBody(event);
    },
  };
}

/** For callers whose bodies are signed: the handler gets the very bytes, of any type, up to so many. */
export function rawBody(maxBytes: number): HttpMiddleware {
  return {
    before({ event, context }) {
      if (event.body.byteLength > maxBytes) {
        throw new AppError("too_large", { message: `A request's body may have ${maxBytes / 1024} KB here.` });
      }
      context.body = null;
    },
  };
}
