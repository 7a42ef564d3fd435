// What Ark answered: a picture at once, or how far a video's task is.
import type { VendorConfig } from "../../config/vendors.ts";
import type { CheckOutcome, Failure, Source, StartOutcome } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { throttled, UnclearAnswer } from "../calling/failures.ts";
import { at, listAt, numberAt, textAt } from "../calling/json.ts";
import { costOf } from "./cost.ts";
import { errorOf, failureBy, failureOf, meaningOf } from "./errors.ts";

/** Vendor documentation: files are deleted after 24 hours. */
const KEPT_MS = 24 * 60 * 60_000;
const FIRST_CHECK_MS = 10_000;
const CHECK_AFTER_MS = 5000;

/** Vendor documentation: refused pictures have an `error` in their place, and only what was made is charged. */
export function pictureOutcome(config: VendorConfig, model: string, answer: VendorAnswer): StartOutcome {
  const { json, status } = answer;
  if (status !== 200 || errorOf(json)) return { state: "failed", failure: failureOf(answer) };
  if (!Array.isArray(at(json, "data"))) throw new UnclearAnswer(answer);
  const pictures = listAt(json, "data");
  const expiresAt = expiryOf(numberAt(json, "created"));
  const sources = pictures.flatMap((picture): Source[] => {
    const url = textAt(picture, "url");
    return url ? [{ kind: "url", url, expiresAt }] : [];
  });
  const error = pictures.map(errorOf).find((found) => found !== null);
  if (sources.length === 0 && error) {
    return { state: "failed", failure: failureBy(error, meaningOf(error), answer) };
  }
  const cost = costOf(config, model, json);
  return { state: "succeeded", sources, ...(cost && { cost }) };
}

export function startedBy(answer: VendorAnswer): StartOutcome {
  const id = answer.status === 200 ? textAt(answer.json, "id") : undefined;
  if (id) return { state: "started", task: { id }, checkAfterMs: FIRST_CHECK_MS };
  return { state: "failed", failure: failureOf(answer) };
}

/** Throws for what says nothing about the task: refused keys and breakdowns are no end of it. */
export function taskOutcome(config: VendorConfig, answer: VendorAnswer): CheckOutcome {
  const { json, status } = answer;
  if (status !== 200) return { state: "failed", failure: unaskable(answer) };
  switch (textAt(json, "status")) {
    case "queued":
    case "running":
      return { state: "running", checkAfterMs: CHECK_AFTER_MS };
    case "succeeded": {
      const url = textAt(json, "content", "video_url");
      const expiresAt = expiryOf(numberAt(json, "updated_at"));
      const cost = costOf(config, textAt(json, "model") ?? "", json);
      return { state: "succeeded", sources: url ? [{ kind: "url", url, expiresAt }] : [], ...(cost && { cost }) };
    }
    case "failed": {
      const error = errorOf(json) ?? { code: "InternalServiceError", message: undefined };
      return { state: "failed", failure: failureBy(error, meaningOf(error), answer) };
    }
    case "cancelled":
      return { state: "failed", failure: over("The task was cancelled at the provider.", false) };
    case "expired":
      return { state: "failed", failure: over("The provider did not get to it in time.", true) };
    default:
      throw new UnclearAnswer(answer);
  }
}

/** A question that was put too often was not answered; a task that is not there any more has failed. */
function unaskable(answer: VendorAnswer): Failure {
  const error = errorOf(answer.json);
  const meaning = error && meaningOf(error, answer.status);
  if (meaning === "too fast") return throttled(answer);
  if (meaning === "unknown thing") return over("The provider does not know this task any more.", false);
  throw new UnclearAnswer(answer);
}

function over(message: string, retryable: boolean): Failure {
  return { type: "provider_error", message, retryable };
}

/** From epoch seconds. */
function expiryOf(madeAt: number | undefined): number {
  return (madeAt === undefined ? Date.now() : madeAt * 1000) + KEPT_MS;
}
