// What the first of an error's causes said, in one line: of a store or a table, its own code and its own message.
import { AppError } from "./app-error.ts";

const MAX_CAUSES = 8;
const MAX_TEXT = 1000;

/** Names that say nothing which the message does not. */
const plainNames = new Set(["Error", "AppError", "StoreRefusal", "NoAnswer"]);

/** Null for what is no error. */
export function wordsOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const chain = causesOf(error);
  const told = chain.find((each) => each instanceof AppError && each.forOperator !== undefined) as AppError | undefined;
  return oneLine(told?.forOperator ?? spoken(chain.at(-1) ?? error));
}

/** From the error itself to what began it. */
function causesOf(error: Error): Error[] {
  const chain = [error];
  for (let cause = causeOf(error); cause && chain.length < MAX_CAUSES; cause = causeOf(cause)) chain.push(cause);
  return chain;
}

/** Of several at once, as a connection to each of a host's addresses, the first speaks for all. */
function causeOf(error: Error): Error | null {
  const cause: unknown = error.cause ?? (error instanceof AggregateError ? error.errors[0] : null);
  return cause instanceof Error ? cause : null;
}

function spoken(error: Error): string {
  const { message, name } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const label = code || (plainNames.has(name) ? "" : name);
  return label === "" || message.includes(label) ? message : `${label}: ${message}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_TEXT);
}
