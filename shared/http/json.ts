// From bytes to a JSON object that is safe to look into: nothing that JSON cannot keep, nothing that code could stumble over.
import { AppError, type ErrorDetail } from "../errors/app-error.ts";
import { type HttpRequest, MAX_BODY_BYTES } from "../events/http.ts";
import type { JsonObject, JsonValue } from "../ports/table.ts";
import { invalidRequest } from "./invalid.ts";

const MAX_DEPTH = 32;

/** Names that reach into an object's prototype when somebody copies key by key. */
const dangerousKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Null when the request has no body. Throws `too_large`, `unsupported_media_type` or `invalid_request`. */
export function parseJsonBody({ headers, body }: Pick<HttpRequest, "headers" | "body">): JsonObject | null {
  if (body.byteLength === 0) return null;
  if (body.byteLength > MAX_BODY_BYTES) throw new AppError("too_large", { message: "A request's body may have 1 MB." });
  checkContentType(headers);
  const value = parse(decode(body));
  const problem = findUnsafe(value, "", 0);
  if (problem) throw invalidRequest([problem]);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken("must be a JSON object");
  return value;
}

function checkContentType(headers: HttpRequest["headers"]): void {
  const [type = "", ...parameters] = (headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (type !== "application/json" || !isUtf8) throw new AppError("unsupported_media_type");

  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity") {
    throw new AppError("unsupported_media_type", { message: "Send the body without Content-Encoding." });
  }
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw broken("is not valid UTF-8");
  }
}

/** The parser's own message quotes the body, which may hold a password: only what went wrong where is passed on. */
function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const isCut = String(error).includes("Unexpected end of JSON");
    const where = position === undefined ? "" : ` at character ${position}`;
    throw broken(`is not valid JSON${isCut ? ": it ends too early" : where}`);
  }
}

function broken(message: string): AppError {
  return invalidRequest([{ path: "body", message }]);
}

/** `depth`: how many objects and lists stand around the value. */
function findUnsafe(value: JsonValue | undefined, path: string, depth: number): ErrorDetail | null {
  if (typeof value !== "object" || value === null) return unsafeScalar(value, path);
  if (depth === MAX_DEPTH) return { path, message: `goes deeper than ${MAX_DEPTH} levels` };
  for (const [key, entry] of Object.entries(value)) {
    const found = unsafeKey(key, path) ?? findUnsafe(entry, path ? `${path}.${key}` : key, depth + 1);
    if (found) return found;
  }
  return null;
}

function unsafeScalar(value: JsonValue | undefined, path: string): ErrorDetail | null {
  if (typeof value === "string" && !value.isWellFormed()) return { path, message: "has half of a surrogate pair" };
  if (typeof value !== "number") return null;
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact ? null : { path, message: "is too large a number to be kept exactly; send it as a string" };
}

function unsafeKey(key: string, path: string): ErrorDetail | null {
  if (dangerousKeys.has(key)) return { path: path || "body", message: `may not have a key named ${key}` };
  return key.isWellFormed() ? null : { path: path || "body", message: "has a key with half of a surrogate pair" };
}
