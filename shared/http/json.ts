// From bytes to a JSON object that is safe to look into: nothing that JSON cannot keep, nothing that code could stumble over.
import { AppError } from "../errors/app-error.ts";
import { type HttpRequest, MAX_BODY_BYTES } from "../events/http.ts";
import type { JsonObject, JsonValue } from "../ports/table.ts";
import { invalidRequest } from "./invalid.ts";
import { hasMoreValues, MAX_VALUES } from "./json-values.ts";

const MAX_DEPTH = 32;

/** Names that reach into an object's prototype when somebody copies key by key. */
const dangerousKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Null when the request has no body. Throws `too_large`, `unsupported_media_type` or `invalid_request`. */
export function parseJsonBody({ headers, body }: Pick<HttpRequest, "headers" | "body">): JsonObject | null {
  if (body.byteLength === 0) return null;
  if (body.byteLength > MAX_BODY_BYTES) throw new AppError("too_large", { message: "A request's body may have 1 MB." });
  checkContentType(headers);
  if (hasMoreValues(body, MAX_VALUES)) throw broken(`may hold at most ${MAX_VALUES} values: send less`);
  const value = parse(decode(body));
  const unsafe = findUnsafe(value, 0);
  if (unsafe) throw invalidRequest([{ path: unsafe.keys.join(".") || "body", message: unsafe.message }]);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken("must be a JSON object");
  return value;
}

function checkContentType(headers: HttpRequest["headers"]): void {
  // Nearly all are sent like this.
  if (headers["content-type"] === "application/json" && headers["content-encoding"] === undefined) return;
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

/** Making one costs more than to decode a body; without `stream` it keeps nothing of one for the next. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
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

interface Unsafe {
  /** Those that lead there. Put together only when there is something to say: most bodies are as they should be. */
  keys: string[];
  message: string;
}

/** `depth`: how many objects and lists stand around the value. */
function findUnsafe(value: JsonValue | undefined, depth: number): Unsafe | null {
  if (typeof value !== "object" || value === null) return unsafeScalar(value);
  if (depth === MAX_DEPTH) return { keys: [], message: `goes deeper than ${MAX_DEPTH} levels` };
  for (const [key, entry] of Object.entries(value)) {
    const unsafeName = unsafeKey(key);
    if (unsafeName) return unsafeName;
    const found = findUnsafe(entry, depth + 1);
    if (found) return { ...found, keys: [key, ...found.keys] };
  }
  return null;
}

function unsafeScalar(value: JsonValue | undefined): Unsafe | null {
  if (typeof value === "string" && !value.isWellFormed()) return { keys: [], message: "has half of a surrogate pair" };
  if (typeof value !== "number") return null;
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact ? null : { keys: [], message: "is too large a number to be kept exactly; send it as a string" };
}

function unsafeKey(key: string): Unsafe | null {
  if (dangerousKeys.has(key)) return { keys: [], message: `may not have a key named ${key}` };
  return key.isWellFormed() ? null : { keys: [], message: "has a key with half of a surrogate pair" };
}
