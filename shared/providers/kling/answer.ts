// What Kling says of a task: how far it is, what it made, or why not.
import type { CheckOutcome, Failure, Source } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, listAt, numberAt, textAt } from "../calling/json.ts";
import { meaningOf } from "./errors.ts";

/** Vendor documentation: what was made is deleted after 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60_000;
const CHECK_AFTER_MS = 5000;

/** Throws for what says nothing about the task: refused keys and breakdowns are no end of it. */
export function outcomeOf(answer: VendorAnswer): CheckOutcome {
  const meaning = meaningOf(answer);
  // Of a check it says that the question was not answered.
  if (meaning === "too fast") return { state: "failed", failure: throttled(answer) };
  if (meaning === "unknown thing") return { state: "failed", failure: gone };
  const task = at(answer.json, "data");
  if (meaning !== "fine") throw new UnclearAnswer(answer);
  switch (textAt(task, "task_status")) {
    case "submitted":
    case "processing":
      return { state: "running", checkAfterMs: CHECK_AFTER_MS };
    case "succeed":
      // What it cost is said in units, whose price depends on the package that was bought.
      return { state: "succeeded", sources: sourcesOf(task) };
    case "failed":
      return { state: "failed", failure: failureOfTask(textAt(task, "task_status_msg")) };
    default:
      throw new UnclearAnswer(answer);
  }
}

/** In the order that was asked for. One that has no URL is not there. */
function sourcesOf(task: unknown): Source[] {
  const expiresAt = (numberAt(task, "updated_at") ?? Date.now()) + KEPT_MS;
  const files = [...listAt(task, "task_result", "videos"), ...listAt(task, "task_result", "images")];
  const inOrder = files.toSorted((a, b) => placeOf(a) - placeOf(b));
  return inOrder.flatMap((file) => {
    const url = textAt(file, "url");
    return url ? [{ kind: "url", url, expiresAt } as const] : [];
  });
}

/** `index` comes as a number or as its digits. */
function placeOf(file: unknown): number {
  return Number(at(file, "index") ?? 0) || 0;
}

/** The reason stands in words alone, while `code` is 0 and `message` says SUCCEED. */
function failureOfTask(said: string | undefined): Failure {
  if (said && refusal.test(said)) return refusedContent(said);
  if (said && wrongInput.test(said)) return notTaken(said);
  return broken(said);
}

const refusal = /risk control|sensitiv|content polic|security polic|violat|moderat|prohibited|风控|敏感|违规|审核/i;
/** Such as "Image pixel is invalid". */
const wrongInput = /\binvalid\b|not supported|unsupported|too (large|small|long|short)|illegal/i;

const gone: Failure = {
  type: "provider_error",
  message: "The provider does not know this task any more.",
  retryable: false,
};
