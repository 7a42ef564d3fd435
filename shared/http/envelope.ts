// The one shape of every JSON answer, for success and for failure.
import { AppError } from "../errors/app-error.ts";
import { catalogue } from "../errors/catalogue.ts";
import type { WholeResponse } from "../events/http.ts";
import { Json, type Result } from "./results.ts";

/** For errors that say "later" and do not say when. */
const DEFAULT_RETRY_AFTER_MS = 5000;

export function success({ status, headers, data }: Result): WholeResponse {
  const text = data instanceof Json ? data.text : JSON.stringify(data ?? null);
  return json(status, headers, `{"code":0,"message":"success","data":${text}}`);
}

/** Takes whatever was thrown. What is no error of the catalogue, or has no status of its own in HTTP, reads as `internal`. */
export function failure(thrown: unknown, requestId: string): WholeResponse {
  const error = asHttpError(thrown);
  const { type, status, details, isForCaller } = error;
  const headers = { ...error.headers, ...retryAfter(error) };
  // What is our fault was worded for the operator, perhaps with a path or a host in it.
  const message = isForCaller ? error.message : catalogue[type].text;
  const body = { code: status, message, data: null, error: { type, requestId, details } };
  return json(status, headers, JSON.stringify(body));
}

/** Is this a defect of ours? Then its text stays inside. */
export function isDefect(thrown: unknown): boolean {
  return !(thrown instanceof AppError) || thrown.status === 500;
}

function asHttpError(thrown: unknown): AppError {
  return thrown instanceof AppError && !isDefect(thrown) ? thrown : new AppError("internal");
}

/** RFC 9110, 10.2.3: whole seconds. Rounded up, so that nobody comes back too early. */
function retryAfter(error: AppError): Record<string, string> {
  const isForLater = error.status === 429 || error.status === 503 || error.status === 507;
  const ms = error.retryAfterMs ?? (isForLater ? DEFAULT_RETRY_AFTER_MS : undefined);
  return ms === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
}

function json(status: number, headers: Record<string, string>, body: string): WholeResponse {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...lowerCased(headers) }, body };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
