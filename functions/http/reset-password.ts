// POST /auth/reset-password: a new password by the token of a mail; ends all sessions.
import * as z from "zod/mini";
import { newPassword } from "../../shared/http/credentials.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { resetDone } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { text } from "../../shared/http/text.ts";
import { requireMail } from "../../shared/runtime/ask-for-mail.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { resetPassword as reset } from "../../shared/users/reset-password.ts";

export const accepts = z.strictObject({ token: text({ min: 1, max: 100, trim: true }), password: newPassword });

async function resetPassword({ body }: AcceptedFromAnyone<typeof accepts>) {
  requireMail(requestRuntime());
  const { email } = await reset(requestRuntime(), body);
  return ok({ email });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "none",
    summary: "A new password, by the token of a mail: it works once, within an hour, and ends all sessions.",
    answers: () => ({ 200: resetDone }),
    errors: ["not_found"],
  },
  resetPassword,
);
