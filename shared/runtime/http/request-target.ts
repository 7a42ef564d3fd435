// What a request line asks for. RFC 9112, 3.2: a server takes the absolute form too, though only proxies are sent it.
import { AppError } from "../../errors/app-error.ts";
import { type HttpRequest, parseQuery } from "../../events/http.ts";

export interface Target {
  /** Path and query as they were sent, without scheme and host. */
  relative: string;
  /** As it was sent, still encoded; begins with a slash. Its encoding is whole. */
  path: string;
  query: HttpRequest["query"];
}

/** Throws `invalid_request`. */
export function parseTarget(url: string): Target {
  const relative = url.replace(/^https?:\/\/[^/?#]*\/?/i, "/");
  const [path = "", ...rest] = relative.split("?");
  if (!path.startsWith("/")) throw invalid("The request names no path.");
  const query = parseQuery(rest.join("?"));
  if (!query || !isEncodedWell(path)) throw invalid("The percent-encoding of the address is broken.");
  return { relative, path, query };
}

function isEncodedWell(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): AppError {
  return new AppError("invalid_request", { message });
}
