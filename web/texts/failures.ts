// What went wrong, in words that help: the page's own where it knows more, else the server's.
import { failureOf } from "dream-factory-client";
import type { Texts } from "./texts.ts";

export function wordsOf(t: Texts, error: unknown): string {
  const failure = failureOf(error);
  if (!failure) return error instanceof Error ? error.message : t.errors.title;
  if (failure.type === "internal") return t.errors.internal(failure.requestId);
  if (failure.type === "invalid_request" || failure.type === "upload_rejected") return serversWords(error, failure);
  const own: unknown = t.errors[failure.type as keyof Texts["errors"]];
  return typeof own === "string" ? own : serversWords(error, failure);
}

function serversWords(error: unknown, failure: object): string {
  const details = "details" in failure ? (failure.details as { path: string; message: string }[]) : [];
  const said = details.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return said.length > 0 ? said.join("; ") : error instanceof Error ? error.message : "";
}

/** Of a job that failed. */
export function jobWordsOf(t: Texts, error: { type: string; message: string; stage?: string | undefined }): string {
  const key = error.stage ? `moderation_${error.stage}` : error.type;
  return t.job.errors[key] ?? error.message;
}
