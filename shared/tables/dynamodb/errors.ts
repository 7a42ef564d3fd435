// What DynamoDB's errors mean to a caller.
import { AppError } from "../../errors/app-error.ts";
import type { Failure } from "../attempts.ts";

/** No answer came, or only a part of one. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** What the service said instead of an answer. */
export class DynamodbRefusal extends Error {
  /** Such as `ConditionalCheckFailedException`. */
  override readonly name: string;
  readonly status: number;
  /** The item that a condition met, when it was asked for. */
  readonly item: unknown;
  /** The clocks were too far apart for a signature, and are corrected now. */
  readonly isSkewed: boolean;

  constructor(status: number, answer: Readonly<Record<string, unknown>>, isSkewed: boolean) {
    const { __type: type = "", message = answer.Message } = answer;
    super(String(message ?? "without a message"));
    // Such as com.amazonaws.dynamodb.v20120810#ResourceNotFoundException.
    this.name = String(type).split("#").at(-1) || "UnknownError";
    this.status = status;
    this.item = answer.Item;
    this.isSkewed = isSkewed;
  }
}

/** These say that nothing was done: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const refusals = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TransactionConflictException",
]);

export function judgeDynamodbError(error: unknown): Failure {
  if (error instanceof NoAnswer) return "lost";
  const status = statusOf(error);
  if (status === null || !(error instanceof Error)) return "final";
  if (refusals.has(error.name) || (error instanceof DynamodbRefusal && error.isSkewed)) return "refused";
  return status >= 500 ? "lost" : "final";
}

/** Of what the service said, by our own client or by the SDK; null for what it did not say. */
export function statusOf(error: unknown): number | null {
  if (error instanceof DynamodbRefusal) return error.status;
  if (!(error instanceof Error) || !("$metadata" in error)) return null;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode ?? 0;
}

/** What an operator has to repair: a table that is not there, credentials and permissions. */
const repairable = new Set([
  "ResourceNotFoundException",
  "AccessDeniedException",
  "UnrecognizedClientException",
  "ExpiredTokenException",
  "InvalidSignatureException",
  "IncompleteSignatureException",
  "MissingAuthenticationTokenException",
  "CredentialsProviderError",
]);

/** That reads as `unavailable`; what is left are our own defects, which stay as they are. */
export function explainDynamodbError(error: unknown): unknown {
  const isRepairable = error instanceof Error && repairable.has(error.name);
  return isRepairable ? new AppError("unavailable", { retryAfterMs: 10_000, cause: error }) : error;
}
