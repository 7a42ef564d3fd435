// What went wrong, in words that help: the page's own where it knows them, else in English the server's.
import { failureOf, type ProductionNode } from "dream-factory-client";
import { detailWords, partReasonWords, reasonWords } from "./reasons.ts";
import type { Texts } from "./texts.ts";

export function wordsOf(t: Texts, error: unknown): string {
  const failure = failureOf(error);
  if (!failure) return error instanceof Error ? error.message : t.errors.title;
  if (failure.type === "internal") return t.errors.internal(failure.requestId);
  const said = error instanceof Error ? error.message : "";
  if (failure.type === "upload_rejected") return reasonWords(t, said);
  if (failure.type === "invalid_request") {
    const { details } = failure;
    return details.length === 0 ? reasonWords(t, said) : sentences(details.map((each) => detailWords(t, each)));
  }
  const own: unknown = t.errors[failure.type as keyof Texts["errors"]];
  return typeof own === "string" ? own : t.errors.otherReason(said);
}

function sentences(all: readonly string[]): string {
  return [...new Set(all)].join(" ");
}

/** Of a job that failed. */
export function jobWordsOf(t: Texts, error: { type: string; message: string; stage?: string | undefined }): string {
  const key = error.stage ? `moderation_${error.stage}` : error.type;
  return t.job.errors[key] ?? error.message;
}

/** Of a part of a film that failed, by its name; null of any other, and where nobody has said why. */
export function partWordsOf(t: Texts, part: ProductionNode | undefined): string | null {
  const why = part && whyOf(t, part);
  return why ? t.errors.field(t.drama.parts[part.kind] ?? part.kind, why) : null;
}

/** Why it failed: what its last job has said, unless there was none. */
export function whyOf(t: Texts, { state, reason, makes }: ProductionNode): string | null {
  if (state !== "failed") return null;
  if (reason !== null) return partReasonWords(t, reason);
  const error = makes.at(-1)?.error;
  return error ? jobWordsOf(t, error) : null;
}
