// What Runway's answers mean.
import type { CheckOutcome, Failure, Money, StartOutcome } from "../../ports/provider.ts";
import type { VendorAnswer } from "../calling/call-vendor.ts";
import { broken, notAllowed, notTaken, retryAfterOf, throttled, UnclearAnswer } from "../calling/failures.ts";
import { listAt, numberAt, textAt } from "../calling/json.ts";

/** Vendor documentation, tasks: nobody should ask for the same task more often than every 5 seconds. */
const CHECK_AFTER_MS = 5000;
/** It waits for the account's other tasks, which takes as long as one of them. */
const THROTTLED_CHECK_AFTER_MS = 10_000;
/** Vendor documentation, usage tiers: a start is answered 429 when the account has used up its 24 hours. */
const FULL_DAY_PAUSE_MS = 60_000;

export function startedBy(answer: VendorAnswer): StartOutcome {
  const { status, json } = answer;
  const id = textAt(json, "id");
  if (status === 200 && id) return { state: "started", task: { id }, checkAfterMs: CHECK_AFTER_MS };
  return { state: "failed", failure: refusalOf(answer) };
}

/** Vendor documentation, errors: JSON `{"error":"…"}`. What has none was not answered by the vendor's API. */
function refusalOf(answer: VendorAnswer): Failure {
  const { status, json } = answer;
  const said = textAt(json, "error");
  if (status === 429) return throttled(answer, FULL_DAY_PAUSE_MS);
  if (!said || status < 400 || status === 408 || status === 502 || status === 504) throw new UnclearAnswer(answer);
  if (status === 401 || status === 402 || status === 403) return notAllowed();
  // Seen in reports of users, as 400: "You do not have enough credits to run this task."
  if (/not have enough credits/i.test(said)) return notAllowed();
  return status >= 500 ? broken(said) : notTaken(said);
}

/** `mayRepeat`: nobody has tried again yet. */
export function taskOutcome(answer: VendorAnswer, mayRepeat: boolean): CheckOutcome {
  const { status, headers, json } = answer;
  if (status === 429) return { state: "running", checkAfterMs: Math.max(CHECK_AFTER_MS, retryAfterOf(headers) ?? 0) };
  if (status === 404 && textAt(json, "error")) {
    return failed({ type: "provider_error", message: "The provider no longer knows of this.", retryable: false });
  }
  const state = textAt(json, "status");
  // A key that is refused says nothing of the task: it may be changed back.
  if (status !== 200 || !state) throw new UnclearAnswer(answer);
  const cost = moneyOf(json, "cost");
  switch (state) {
    case "SUCCEEDED":
      return { state: "succeeded", sources: sourcesOf(json), ...optional(cost ?? moneyOf(json, "estimatedCost")) };
    case "FAILED": {
      const failure = failureOf(textAt(json, "failureCode"), textAt(json, "failure"), mayRepeat);
      return failed({ ...failure, ...optional(cost) });
    }
    case "CANCELLED": {
      const message = "It was cancelled at the provider.";
      return failed({ type: "provider_error", message, retryable: false, ...optional(cost) });
    }
    case "THROTTLED":
      return { state: "running", checkAfterMs: THROTTLED_CHECK_AFTER_MS };
    default: {
      const progress = numberAt(json, "progress");
      const percent = progress === undefined ? undefined : Math.min(100, Math.max(0, progress * 100));
      return { state: "running", checkAfterMs: CHECK_AFTER_MS, ...(percent !== undefined && { progress: percent }) };
    }
  }
}

function sourcesOf(json: unknown) {
  return listAt(json, "output").flatMap((url) =>
    typeof url === "string" && URL.canParse(url) ? [{ kind: "url" as const, url }] : [],
  );
}

/** Vendor documentation, task failures. */
function failureOf(code = "", said: string | undefined, mayRepeat: boolean): Failure {
  if (/^(INPUT_PREPROCESSING\.)?SAFETY(\.|$)/.test(code)) return refused;
  if (code.startsWith("ASSET.")) return notTaken(said);
  // "Once, or after changing the input": it has made something of it that it cannot show.
  if (code.startsWith("INTERNAL.BAD_OUTPUT")) return { ...broken(said), retryable: mayRepeat };
  return broken(said);
}

const refused: Failure = {
  type: "moderation_blocked",
  message: "The provider refused this for what it shows or says. Change the prompt or the pictures.",
  retryable: false,
};

/** Vendor documentation, pricing: a credit is 0.01 USD. */
function moneyOf(json: unknown, field: "cost" | "estimatedCost"): Money | undefined {
  const credits = numberAt(json, field, "credits");
  return credits === undefined ? undefined : { amount: credits / 100, currency: "USD" };
}

function optional(cost: Money | undefined): { cost?: Money } {
  return cost && cost.amount > 0 ? { cost } : {};
}

function failed(failure: Failure): CheckOutcome {
  return { state: "failed", failure };
}
