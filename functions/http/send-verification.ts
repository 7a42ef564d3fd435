// POST /auth/send-verification: another mail by which the caller's address can be verified.
import { AppError } from "../../shared/errors/app-error.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { taken } from "../../shared/http/results.ts";
import { askForMail, requireMail } from "../../shared/runtime/ask-for-mail.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function sendVerification({ user: { email, verifiedAt }, headers }: Accepted) {
  requireMail(requestRuntime());
  if (verifiedAt !== undefined) throw new AppError("conflict", { message: "This e-mail address is verified already." });
  const isAsked = await askForMail(requestRuntime(), { kind: "verify", email, accept: headers["accept-language"] });
  if (isAsked) return taken();
  const message = "There were several mails to this address already. Look for them, or wait for an hour.";
  throw new AppError("rate_limited", { message, retryAfterMs: 3_600_000 });
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Another mail with which the caller's e-mail address can be verified.",
    answers: () => ({ 202: nothing }),
    errors: ["not_found", "conflict"],
  },
  sendVerification,
);
