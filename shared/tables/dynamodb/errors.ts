// What DynamoDB's errors mean to a caller.
import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { AppError } from "../../errors/app-error.ts";
import type { Failure } from "../attempts.ts";

/** No answer came, or only a part of one. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
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
  if (!(error instanceof DynamoDBServiceException)) return "final";
  if (refusals.has(error.name)) return "refused";
  return (error.$metadata.httpStatusCode ?? 0) >= 500 ? "lost" : "final";
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
