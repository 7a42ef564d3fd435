// What a failed call means to those who use the store.
import { S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";

/** MinIO's `ErrStorageFull` and `ErrAdminBucketQuotaExceeded`; others say it with the status 507 alone. */
const fullCodes = ["XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: SlowDown is 503, "Reduce your request rate". */
const SLOW_DOWN_MS = 2000;

/** `unavailable` or `storage_full`, with the store's own words as its cause. Errors that are not the store's stay as they are. */
export function storeError(error: unknown): unknown {
  if (error instanceof AppError || error instanceof RangeError) return error;
  const isFull = statusOf(error) === 507 || fullCodes.includes(codeOf(error));
  if (isFull) return new AppError("storage_full", { cause: error });
  const retryAfterMs = retryAfter(error);
  return new AppError("unavailable", { cause: error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
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
  return statusOf(error) === 404 && codeOf(error) !== "NoSuchBucket";
}

/** A condition of the request did not hold, or somebody else was writing at the same time. */
export function isRefusedByCondition(error: unknown): boolean {
  return statusOf(error) === 412 || isConflict(error);
}

/** "If a conflicting operation occurs during the upload S3 returns a 409 ConditionalRequestConflict": try once more. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409 && codeOf(error) === "ConditionalRequestConflict";
}

function retryAfter(error: unknown): number | undefined {
  const status = statusOf(error);
  if (status !== 429 && status !== 503) return undefined;
  const headers = error instanceof S3ServiceException ? error.$response?.headers : undefined;
  const seconds = Number(headers?.["retry-after"]);
  return seconds > 0 ? seconds * 1000 : SLOW_DOWN_MS;
}
