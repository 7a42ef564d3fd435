// Reads the body as JSON, or leaves it as it came. A JSON route that takes none may still be sent `{}`; what is in it is for validation to refuse.
import { AppError } from "../errors/app-error.ts";
import { invalidRequest } from "./invalid.ts";
import { parseJsonBody } from "./json.ts";
import type { HttpMiddleware } from "./middleware.ts";

export function jsonBody(): HttpMiddleware {
  return {
    before({ event, context }) {
      context.body = parseJsonBody(event);
    },
  };
}

/** For functions that take a file or, as JSON, what stands for one. Of a file the handler gets the bytes. */
export function rawOrJsonBody(maxBytes: number): HttpMiddleware {
  const [raw, json] = [rawBody(maxBytes), jsonBody()];
  return {
    async before(step) {
      const { headers, body } = step.event;
      const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
      if (type === "application/json") return json.before?.(step);
      if (body.byteLength === 0)
        throw invalidRequest([{ path: "body", message: "is required: send the file's bytes" }]);
      const isWrapped = type?.startsWith("multipart/") || (headers["content-encoding"] ?? "identity") !== "identity";
      if (isWrapped) throw new AppError("unsupported_media_type", { message: BARE });
      await raw.before?.(step);
      step.context.body = undefined;
    },
  };
}

const BARE = "Send the file's bare bytes as the body: no form, and no Content-Encoding.";

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
