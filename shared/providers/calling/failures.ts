// What a vendor's refusal means for the job: the same few failures for all of them, with messages that tell a user what to do and no secret.
import type { Failure, Money } from "../../ports/provider.ts";
import type { VendorAnswer } from "./call-vendor.ts";

/** The vendor found something wrong with what was asked for; `said` is its own sentence. */
export function notTaken(said: string | undefined): Failure {
  return { type: "provider_error", message: `The provider did not take the request.${quoted(said)}`, retryable: false };
}

/** For what it shows or says. Never tried again. */
export function refusedContent(said?: string, cost?: Money): Failure {
  const message = `The provider refused this for what it shows or says. Change the prompt or the pictures.${quoted(said)}`;
  return { type: "moderation_blocked", message, retryable: false, ...(cost && { cost }) };
}

/** Key, account or bill: only the operator can mend it. */
export function notAllowed(): Failure {
  const message =
    "The provider refuses this server's account. Its operator has to look at its key and its balance there.";
  return { type: "provider_error", message, retryable: false };
}

/** It broke on the vendor's side. */
export function broken(said?: string): Failure {
  return { type: "provider_error", message: `The provider failed.${quoted(said)}`, retryable: true };
}

/** Too many at once: everybody waits for as long as the vendor says. */
export function throttled({ headers }: Pick<VendorAnswer, "headers">, otherwiseMs = 10_000): Failure {
  const retryAfterMs = retryAfterOf(headers) ?? otherwiseMs;
  const message = "The provider has too much to do just now.";
  return { type: "provider_error", message, retryable: true, isThrottled: true, retryAfterMs };
}

/** Nobody knows what became of a call that was answered so: by a gateway in front of the vendor, or by something that is not its API. */
export class UnclearAnswer extends Error {
  override readonly name = "UnclearAnswer";

  constructor({ status }: Pick<VendorAnswer, "status">) {
    super(`the vendor's answer says nothing (HTTP ${status})`);
  }
}

const LONGEST_WAIT_MS = 10 * 60_000;

/** RFC 9110, 10.2.3: seconds or a date; `retry-after-ms` is what some SDKs look at first. Null without either. */
export function retryAfterOf(headers: Headers): number | null {
  const ms = Number(headers.get("retry-after-ms") ?? Number.NaN);
  const text = headers.get("retry-after") ?? "";
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  const wait = Number.isFinite(ms) ? ms : seconds;
  return Number.isFinite(wait) ? Math.min(LONGEST_WAIT_MS, Math.max(0, wait)) : null;
}

const LONGEST_QUOTE = 300;

/** In the vendor's own words: without addresses and whatever looks like a key, and not endless. */
function quoted(said: string | undefined): string {
  if (!said) return "";
  const plain = said
    .replace(/https?:\/\/\S+/g, "…")
    .replace(/\b(sk|key|st|rk)[-_][\w-]{6,}/gi, "…")
    .replace(/\s+/g, " ")
    .trim();
  return plain === "" ? "" : ` It says: ${[...plain].slice(0, LONGEST_QUOTE).join("")}`;
}
