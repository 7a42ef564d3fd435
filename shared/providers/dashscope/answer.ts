// What the vendor's answers mean: to a start, to a question about a task, to a cancel.
import type { CancelOutcome, CheckOutcome, Failure, StartOutcome, VisualKind } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, refusedContent, throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, numberAt, textAt } from "../calling/json.ts";
import { meaningOf, THROTTLED_PAUSE_MS, taskFailure, type VendorError } from "./error-codes.ts";
import { sourcesOf } from "./sources.ts";

/** Vendor documentation asks for 10 s between looks at pictures and 15 s at videos; its own client looks every 1 to 5 s. */
const checkAfterMs = { image: 3000, video: 15_000 } as const;

export function startedBy(answer: VendorAnswer, type: VisualKind, mayRepeat: boolean): StartOutcome {
  const error = errorOf(answer);
  if (error) return failed(refusalOf(answer, error, mayRepeat));
  const { status, json } = answer;
  const id = textAt(json, "output", "task_id");
  // A task that has failed at once says why when it is asked for.
  if (status === 200 && id) return { state: "started", task: { id, data: { type } }, checkAfterMs: checkAfterMs[type] };
  if (status === 200 && Array.isArray(at(json, "output", "choices"))) {
    return { state: "succeeded", sources: sourcesOf(json).sources };
  }
  return failed(refusalWithoutCode(answer));
}

/** Vendor documentation, asynchronous tasks: HTTP says 200 whatever became of the task. */
export function taskOutcome(answer: VendorAnswer, type: VisualKind, mayRepeat: boolean): CheckOutcome {
  const { json } = answer;
  const error = errorOf(answer);
  if (answer.status === 429 || (error && meaningOf(error) === "throttled")) {
    return failed(throttled(answer, QUERY_PAUSE_MS));
  }
  const state = textAt(json, "output", "task_status");
  // Whatever else is wrong with the question says nothing of the task: a key may be changed back.
  if (error || answer.status !== 200 || !state) throw new UnclearAnswer(answer);
  switch (state) {
    case "SUCCEEDED": {
      const { sources, error: reason } = sourcesOf(json);
      return sources.length === 0 && reason ? failed(taskFailure(reason, mayRepeat)) : { state: "succeeded", sources };
    }
    case "FAILED":
      return failed(taskFailure(reasonOf(json), mayRepeat));
    case "CANCELED":
      return failed({ type: "provider_error", message: "It was cancelled at the provider.", retryable: false });
    case "UNKNOWN":
      // It may have been made and billed: another attempt would be billed again.
      return failed({ type: "provider_error", message: "The provider no longer knows of this.", retryable: false });
    default: {
      // PENDING, RUNNING, SUSPENDED.
      const [done, total] = [metric(json, "SUCCEEDED"), metric(json, "TOTAL")];
      const progress = done && total ? { progress: Math.min(99, Math.floor((100 * done) / total)) } : {};
      return { state: "running", checkAfterMs: checkAfterMs[type], ...progress };
    }
  }
}

/** Vendor documentation, asynchronous tasks: only what is PENDING can be cancelled; anything else is answered UnsupportedOperation. */
export function cancelOutcome(answer: VendorAnswer): CancelOutcome {
  const error = errorOf(answer);
  if (answer.status === 200 && !error && textAt(answer.json, "request_id")) return "done";
  if (error?.code === "UnsupportedOperation") return "too_late";
  throw new UnclearAnswer(answer);
}

/** The vendor's own error body; some come with HTTP 200. Null for a gateway's answer, and for what is no error. */
export function errorOf({ status, json }: VendorAnswer): VendorError | null {
  if (status === 502 || status === 504) return null;
  const code = textAt(json, "code") ?? textAt(json, "error", "code");
  const hasOutput = (at(json, "output") ?? undefined) !== undefined;
  if (!code || (status === 200 && hasOutput)) return null;
  return { code, message: textAt(json, "message") ?? textAt(json, "error", "message") };
}

export function refusalOf(answer: VendorAnswer, error: VendorError, mayRepeat: boolean): Failure {
  const { status } = answer;
  switch (meaningOf(error)) {
    case "refused":
      return refusedContent(error.message);
    case "throttled":
      return throttled(answer, THROTTLED_PAUSE_MS);
    case undefined:
      if (status === 429) return throttled(answer, THROTTLED_PAUSE_MS);
      if (status === 401 || status === 403) return notAllowed();
      return status >= 500 ? broken(error.message) : notTaken(error.message);
    default:
      return taskFailure(error, mayRepeat);
  }
}

/** Statuses that say enough by themselves. Whatever else has no code was not answered by the vendor's API. */
function refusalWithoutCode(answer: VendorAnswer): Failure {
  if (answer.status === 429) return throttled(answer, THROTTLED_PAUSE_MS);
  if (answer.status === 401 || answer.status === 403) return notAllowed();
  throw new UnclearAnswer(answer);
}

function reasonOf(json: unknown): VendorError {
  return { code: textAt(json, "output", "code") ?? "", message: textAt(json, "output", "message") };
}

function metric(json: unknown, name: string): number | undefined {
  return numberAt(json, "output", "task_metrics", name);
}

/** The limit of questions is one for each second. */
const QUERY_PAUSE_MS = 2000;

function failed(failure: Failure): { state: "failed"; failure: Failure } {
  return { state: "failed", failure };
}
