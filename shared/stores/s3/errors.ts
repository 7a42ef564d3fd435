// What a failed call means to those who use the store.
import { S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import { appErrorOf, isNoObject, type Refusal } from "./refusal.ts";

/** `unavailable` or `storage_full`, with the store's own words as its cause. Errors that are not the store's stay as they are. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError || error instanceof RangeError) return error;
  return appErrorOf({ ...refusalOf(error), retryAfter: retryAfterOf(error) }, error);
}

/** The status with which the store refused; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** S3's code, such as `NoSuchKey`; empty when there was no answer. */
export function codeOf(error: unknown): string {
  return error instanceof S3ServiceException ? error.name : "";
}

/** There is no object. A bucket that is missing is an outage, yet a HEAD has no body that could tell. */
export function isAbsent(error: unknown): boolean {
  return isNoObject(refusalOf(error));
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
  return { status: statusOf(error), code: codeOf(error) };
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.$response?.headers["retry-after"] : undefined;
}
