// What Tablestore's error codes mean to a caller.
import { AppError } from "../../errors/app-error.ts";
import type { Failure } from "../attempts.ts";

/** Of one request: Tablestore's own error, or none came. */
export class TablestoreError extends Error {
  override readonly name = "TablestoreError";
  /** Tablestore's, such as OTSServerBusy; null when the answer was none of its own. */
  readonly code: string | null;
  /** HTTP; null without an answer. */
  readonly status: number | null;

  constructor(message: string, options: { code?: string | null; status?: number | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code ?? null;
    this.status = options.status ?? null;
  }
}

/** These say that nothing was done: https://www.alibabacloud.com/help/en/tablestore/developer-reference/error-codes */
const refusals = new Set([
  "OTSRowOperationConflict",
  "OTSServerBusy",
  "OTSNotEnoughCapacityUnit",
  "OTSOperationThrottled",
  "OTSTableNotReady",
]);

export function judgeTablestoreError(error: unknown): Failure {
  if (!(error instanceof TablestoreError)) return "final";
  if (error.code !== null && refusals.has(error.code)) return "refused";
  // 408 OTSRequestTimeout: the request itself took too long to arrive.
  const mayPass = error.status === null || error.status === 408 || error.status >= 500;
  return mayPass ? "lost" : "final";
}

/** What an operator has to repair reads as `unavailable`; what is left are our own defects, which stay as they are. */
export function explainTablestoreError(error: unknown): unknown {
  const isOurs = error instanceof TablestoreError && error.status !== 403 && error.code !== "OTSObjectNotExist";
  if (isOurs || !(error instanceof TablestoreError)) return error;
  return new AppError("unavailable", { retryAfterMs: 10_000, cause: error });
}
