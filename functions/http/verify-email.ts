// POST /auth/verify-email: somebody shows by the token of a mail that they read mail at their address.
import * as z from "zod/mini";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { verified } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { text } from "../../shared/http/text.ts";
import { requireMail } from "../../shared/runtime/ask-for-mail.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { verifyEmail as verify } from "../../shared/users/verify-email.ts";

export const accepts = z.strictObject({ token: text({ min: 1, max: 100, trim: true }) });

async function verifyEmail({ body }: AcceptedFromAnyone<typeof accepts>) {
  requireMail(requestRuntime());
  const { email } = await verify(requestRuntime(), body.token);
  return ok({ email, emailVerified: true });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "none",
    summary:
      "The e-mail address is verified, by the token of a mail; welcome credits that waited for it come. A repeat hears the same.",
    answers: () => ({ 200: verified }),
    errors: ["not_found"],
  },
  verifyEmail,
);
