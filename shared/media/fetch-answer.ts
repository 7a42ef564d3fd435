// What an answer's head says: a file, and how long it is and how it is encoded; or why there is none.
import type { IncomingMessage } from "node:http";
import { AppError } from "../errors/app-error.ts";
import { encodingsOf } from "./fetch-encoding.ts";
import { failed } from "./fetch-watch.ts";

export interface FileHead {
  /** To be taken off, in this order. */
  encodings: readonly string[];
  /** Bytes of the file; null when nobody says, or only how long it is while it is encoded. */
  contentLength: number | null;
}

/** Throws `fetch_failed` when the answer is no file, or none that can be read. */
export function readFileHead({ statusCode = 0, headers }: IncomingMessage): FileHead {
  const whole = statusCode === 206 ? wholeLength(headers["content-range"]) : null;
  if (whole === null) checkStatus(statusCode, headers["retry-after"]);
  if ((headers["transfer-encoding"] ?? "chunked") !== "chunked")
    throw failed("The file's server sent it in a way that was not asked for.");
  const encodings = encodingsOf(headers["content-encoding"]);
  const length = headers["content-length"];
  const sent = whole ?? (length === undefined ? null : Number(length));
  return { encodings, contentLength: encodings.length === 0 ? sent : null };
}

/** RFC 9110, 14.4: the length, when the range is all there is. Some caches speak of ranges whether or not they were asked for one. */
function wholeLength(contentRange: string | undefined): number | null {
  const [, first, last, length] = /^bytes[ =]+([0-9]+)-([0-9]+)\/([0-9]+)$/i.exec(contentRange?.trim() ?? "") ?? [];
  return Number(first) === 0 && Number(last) + 1 === Number(length) ? Number(length) : null;
}

/** In the 2xx without a file of their own: 202 is not ready, 204 and 205 are empty, 206 is a part that nobody asked for. */
const withoutFile = [202, 204, 205, 206];

/** Of the statuses that find fault with the request, those that pass: too slow, in conflict, on the wrong connection, locked, too early, too many. */
const passing = [408, 409, 421, 423, 425, 429];

function checkStatus(status: number, pause: string | undefined): void {
  if (status >= 200 && status <= 299 && !withoutFile.includes(status)) return;
  const retryAfterMs = status === 429 || status === 503 ? retryAfter(pause) : null;
  const isLasting = status >= 400 && status <= 499 && !passing.includes(status);
  throw new AppError("fetch_failed", {
    message: `The file's server answered with status ${status}.`,
    ...(retryAfterMs !== null && { retryAfterMs }),
    ...(isLasting && { onlyElsewhere: true }),
  });
}

const maxRetryAfterMs = 5 * 60_000;

/** RFC 9110, 10.2.3: seconds or a date. Null when it is neither. */
export function retryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  const ms = /^[0-9]+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), maxRetryAfterMs);
}

/** Where the answer sends us; null when it does not. 300 does when it prefers one of its choices (RFC 9110, 15.4.1). */
export function locationOf({ statusCode = 0, headers: { location } }: IncomingMessage): string | null {
  if (statusCode === 300 && location === undefined) return null;
  if (![300, 301, 302, 303, 307, 308].includes(statusCode)) return null;
  if (location === undefined) throw failed("The URL redirects without saying where to.");
  // Node reads headers as Latin-1. Bytes that should have been percent-encoded go back as the bytes that they were, in whatever charset.
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
