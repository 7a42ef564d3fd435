// What it means when a service does not say what it thinks: whether it may help to ask again.
import { AppError } from "../errors/app-error.ts";
import type { VendorAnswer } from "../providers/calling/call-vendor.ts";
import { retryAfterOf } from "../providers/calling/failures.ts";

const oftenOver = [408, 409, 425, 429];

/** `said`: the service's own code, no sentence of it, for that may quote what it was asked about. */
export function noFinding(service: string, { status, headers }: VendorAnswer, said = ""): AppError {
  const words = `the moderation service ${service} answered ${status}${said === "" ? "" : ` ${said.slice(0, 80)}`}`;
  if (status >= 300 && status < 500 && !oftenOver.includes(status)) return forOperator(words);
  return later(words, retryAfterOf(headers));
}

/** Key, address or service: nobody else can mend it. */
export function forOperator(words: string): AppError {
  return new AppError("unavailable", { forOperator: `${words}. Look at MODERATION, its address and its key.` });
}

export function later(words: string, retryAfterMs: number | null = null): AppError {
  return new AppError("unavailable", { cause: new Error(words), ...(retryAfterMs !== null && { retryAfterMs }) });
}
