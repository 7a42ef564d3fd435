// What a failed call means to those who use the store.
import { S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import { appErrorOf, areCredentialsStale, isNoObject, type Refusal } from "./refusal.ts";

/** `unavailable` or `storage_full`, with the store's own words as its cause. Errors that are not the store's stay as they are. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError || error instanceof RangeError) return error;
  return appErrorOf({ ...refusalOf(error), retryAfter: retryAfterOf(error) }, error);
}

/** The status with which the store refused; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** S3's code, such as `NoSuchKey`; empty when there was no answer, or none with a body: the SDK makes up a name then. */
export function codeOf(error: unknown): string {
  const isTold = error instanceof S3ServiceException && "Code" in error && typeof error.Code === "string";
  return isTold ? String(error.Code) : "";
}

/** There is no object. After a HEAD, whose refusal has no body, it may also be the bucket that is missing. */
export function isAbsent(error: unknown): boolean {
  return isNoObject(refusalOf(error));
}

/** The store has refused, and does not say why: an answer to a HEAD has no body. */
export function isWordless(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return status >= 400 && (status < 500 || status === 501) && codeOf(error) === "";
}

/** The next try asks for them again. */
export function hasStaleCredentials(error: unknown): boolean {
  return areCredentialsStale(refusalOf(error));
}

/** A condition of the request did not hold, or somebody else was writing at the same time. */
export function isRefusedByCondition(error: unknown): boolean {
  return statusOf(error) === 412 || isConflict(error);
}

/** "If a conflicting operation occurs during the upload S3 returns a 409 ConditionalRequestConflict": try once more. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409 && codeOf(error) === "ConditionalRequestConflict";
}

function refusalOf(error: unknown): Refusal {
  return { status: statusOf(error), code: codeOf(error), message: error instanceof Error ? error.message : "" };
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.$response?.headers["retry-after"] : undefined;
}
