// A copy that the store refuses although its source is as it was named and nothing lies at its destination: no race was lost.
import { AppError } from "../errors/app-error.ts";

/** So often in a row may somebody have come and gone between a refusal and the look behind it. */
export const MAX_GROUNDLESS = 3;

/** `cause`: the store's own refusal. */
export function copyRefused(from: string, to: string, cause: unknown): AppError {
  const forOperator =
    `The object store refuses to copy ${from} to ${to}, although the source is the one that was named and nothing lies at the destination${said(cause)}. ` +
    "Take a store that copies under conditions on the ETag of the source, and see that STORAGE_PROVIDER names the right one.";
  return new AppError("unavailable", { forOperator, cause });
}

function said(cause: unknown): string {
  return cause instanceof Error ? `: ${cause.name}: ${cause.message}` : "";
}
