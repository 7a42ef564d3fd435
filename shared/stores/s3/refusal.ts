// What a refusal of the store means to those who use it, whoever read it: the SDK, or nobody but us.
import { AppError } from "../../errors/app-error.ts";
import { StoreRefusal } from "../fetching.ts";
import { isFinalRefusal, tellOperator } from "../final-refusal.ts";

/** MinIO's `ErrStorageFull` and `ErrAdminBucketQuotaExceeded`; others say it with the status 507 alone. */
const fullCodes = ["XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: SlowDown is 503, "Reduce your request rate". */
const SLOW_DOWN_MS = 2000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: the next try is sent anew, with new credentials. */
const staleCredentialsCodes = ["ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"];

/** The same page: the next try is sent anew, in the store's time. */
const passingCodes = ["RequestTimeout", "RequestTimeTooSkewed", "SlowDown", ...staleCredentialsCodes];

export interface Refusal {
  /** Undefined when there was no answer. */
  status: number | undefined;
  /** S3's code, such as `NoSuchKey`; empty when there was no answer. */
  code: string;
  /** The store's own words; empty when there was no answer. */
  message: string;
  /** The header; absent when the store does not say it. */
  retryAfter?: string | null | undefined;
}

/** `unavailable` or `storage_full`; with words for the operator when nobody else can help. */
export function appErrorOf(refusal: Refusal, cause: unknown): AppError {
  if (isFull(refusal)) return new AppError("storage_full", { cause });
  const { status = 0, code, message } = refusal;
  if (isFinal(refusal)) {
    return new AppError("unavailable", { cause, forOperator: tellOperator({ status, code, message }) });
  }
  const retryAfterMs = retryAfterOf(refusal);
  return new AppError("unavailable", { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** What was refused with in answer to a request by `fetch`. */
export function refusalIn(error: unknown): Refusal {
  if (!(error instanceof StoreRefusal)) return { status: undefined, code: "", message: "" };
  const { status, code, said: message, retryAfter } = error;
  return { status, code, message, retryAfter };
}

/** There is no object. A bucket that is missing is an outage, but only a refusal with a body tells one from the other. */
export function isNoObject({ status, code }: Pick<Refusal, "status" | "code">): boolean {
  return status === 404 && code !== "NoSuchBucket";
}

/** It stays until the operator has changed something. */
export function isFinal(refusal: Refusal): boolean {
  return !isFull(refusal) && isFinalRefusal(refusal, passingCodes);
}

/** Another try may help. */
export function mayPass(refusal: Refusal): boolean {
  const { status, code } = refusal;
  if (isFull(refusal)) return false;
  if (status === undefined || status === 429) return true;
  return (status >= 500 && status !== 501) || passingCodes.includes(code);
}

/** Credentials that ended between being asked for and arriving. */
export function areCredentialsStale({ code }: Pick<Refusal, "code">): boolean {
  return staleCredentialsCodes.includes(code);
}

function isFull({ status, code }: Refusal): boolean {
  return status === 507 || fullCodes.includes(code);
}

function retryAfterOf({ status, retryAfter }: Refusal): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(retryAfter);
  return seconds > 0 ? seconds * 1000 : SLOW_DOWN_MS;
}
