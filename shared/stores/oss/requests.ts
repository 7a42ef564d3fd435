// One request to OSS: tried again while that may help, and then an error of the catalogue.
import type OSS from "ali-oss";
import { AppError } from "../../errors/app-error.ts";
import { StoreRefusal } from "../fetching.ts";
import { isFinalRefusal, tellOperator } from "../final-refusal.ts";
import { persistently } from "../retries.ts";
import type { OssConnection } from "./connection.ts";

export interface OssPatience {
  /** How long a request may take that carries no file. */
  timeoutMs: number;
  /** How long a request may take that carries one, or a part of one; and how long a body may send nothing. */
  transferTimeoutMs: number;
  /** Before the second try; three times as long before each further one. */
  retryDelayMs: number;
}

export const defaultPatience: OssPatience = { timeoutMs: 15_000, transferTimeoutMs: 60_000, retryDelayMs: 100 };

const MAX_RETRIES = 3;

/** OSS says no time when it throttles ("QPS limit": wait and use an exponential backoff). */
const THROTTLED_MS = 2_000;

/** Credentials that ended between being asked for and arriving; the next try asks for them again. */
const staleCredentialsCodes = ["SecurityTokenExpired", "InvalidSecurityToken", "InvalidAccessKeyId"];

/** "Error codes": the server had trouble of its own, or asks to slow down. */
const passingCodes = [
  ...["InternalError", "ServiceUnavailable", "RequestTimeout", "TooManyRequests", "QpsLimitExceeded"],
  ...staleCredentialsCodes,
];

/** A bucket has no end of its own ("Limits"); no page names the code of one that was given a quota. */
const fullCodes = ["QuotaExceeded"];

/** The SDK's errors, and StoreRefusal; those of the network have a status below 0 or none. */
export interface OssError extends Error {
  code?: string;
  status?: number;
}

export type OssRequest = <T>(call: (client: OSS) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Calls throw the signal's reason when it aborts; an answer that comes later goes nowhere. */
export function requestsOf(connection: OssConnection, patience: OssPatience): OssRequest {
  return (call, signal) => trying(patience, async () => call(await connection.client()), signal);
}

/** Tries again while that may help; then throws an error of the catalogue, or the signal's reason. */
export function trying<T>(
  { retryDelayMs: delayMs }: OssPatience,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return explained(() => persistently(attempt, { retries: MAX_RETRIES, delayMs, mayPass, signal }), signal);
}

/** Whatever it throws is an error of the catalogue, or the signal's reason. */
export async function explained<T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await act();
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error);
  }
}

/** Null when the error says that there is no such object; any other error is thrown again. */
export function nullIfAbsent(error: unknown): null {
  if (isCode(error, "NoSuchKey")) return null;
  throw error;
}

/**
 * The SDK reads no error document of HeadObject and of a stream, and takes each 404 for an object that is not there. A GetObject of one byte
 * needs the same right, and says why. Null when there is no such object; else throws what the store says, or what may be tried again when
 * it has nothing against it any more, as with new credentials.
 */
export async function nullIfTrulyAbsent(client: OSS, key: string, error: unknown): Promise<null> {
  const status = statusOf(error) ?? 0;
  if (status < 400 || (status >= 500 && status !== 501)) throw error;
  // Without `x-oss-range-behavior: standard`, what has no first byte comes as it is.
  await client.get(key, { headers: { Range: "bytes=0-0" } }).catch(nullIfAbsent);
  if (isCode(error, "NoSuchKey")) return null;
  throw new Error("The store refused, and does not any more.", { cause: error });
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as OssError).code === code;
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as OssError).status : undefined;
}

/** It stays until the operator has changed something. */
export function isFinal(error: OssError): boolean {
  const { status = -1, code = "", message } = error;
  return !fullCodes.includes(code) && isFinalRefusal({ status, code, message }, passingCodes);
}

function mayPass(error: OssError): boolean {
  if (error instanceof AppError || error instanceof RangeError) return false;
  const { status = -1, code = "" } = error;
  if (status < 0 || status === 408 || status === 429 || (status >= 500 && status !== 501))
    return !fullCodes.includes(code);
  return passingCodes.includes(code);
}

/** An error of the catalogue; what is ours stays as it is. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError || error instanceof RangeError) return error;
  const { code = "", status = -1 } = error as OssError;
  const cause = withoutRequest(error);
  if (fullCodes.includes(code) || status === 507) return new AppError("storage_full", { cause });
  const refusal = { status, code, message: error instanceof StoreRefusal ? error.said : error.message };
  if (isFinal(error)) {
    return new AppError("unavailable", { cause, forOperator: tellOperator(refusal) });
  }
  const isThrottled = status === 429 || status === 503;
  return new AppError("unavailable", { cause, ...(isThrottled ? { retryAfterMs: THROTTLED_MS } : {}) });
}

/** The SDK hangs the whole request on its errors, with the bytes that were sent. */
function withoutRequest(error: Error): Error {
  for (const name of ["params", "res"]) Reflect.deleteProperty(error, name);
  return error;
}
