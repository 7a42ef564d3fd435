// POST /webhooks/stripe: Stripe says what became of a payment. It is taken when the ledger says so too; else Stripe is to say it again.
import { AppError } from "../../shared/errors/app-error.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { invalidRequest } from "../../shared/http/invalid.ts";
import { takeRequest } from "../../shared/http/limits.ts";
import { ok } from "../../shared/http/results.ts";
import { requirePayments } from "../../shared/payments/checkout.ts";
import { readEvent, takeEvent } from "../../shared/payments/events.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

/** A session with its line items has some 10 KB. */
const MAX_BYTES = 256 * 1024;

async function takeStripeEvent({ headers, rawBody, remoteAddress }: AcceptedFromAnyone) {
  const runtime = requestRuntime();
  const { webhookSecret: secret } = requirePayments(runtime);
  const signed = { header: headers["stripe-signature"] ?? "", body: rawBody, secret };
  const event = readEvent(signed, runtime.clock.now());
  if (event === "forged") {
    // All of Stripe's calls come from a few addresses: only whoever guesses is counted.
    await takeRequest({ deps: runtime }, { address: remoteAddress });
    throw new AppError("forbidden", { message: "This is not signed as Stripe signs, or it is too old." });
  }
  if (event === null) throw invalidRequest([{ path: "body", message: "must be an event of Stripe, as JSON" }]);
  await takeEvent(runtime, event);
  return ok(null);
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    maxRawBytes: MAX_BYTES,
    countsOnlyRefused: true,
    summary: "For Stripe: what became of a payment.",
    description:
      "The body is an event, signed with the endpoint's secret. 2xx says that the ledger has what it says; an answer of 5xx asks for it again. Repeated events, and events about what is not ours, are taken.",
    answers: () => ({ 200: "Taken." }),
    errors: ["not_found", "forbidden", "too_large", "unavailable"],
  },
  takeStripeEvent,
);
