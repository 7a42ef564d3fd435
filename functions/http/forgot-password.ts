// POST /auth/forgot-password: a mail by which a new password can be chosen, if anybody has that address. The answer never says whether.
import * as z from "zod/mini";
import { email } from "../../shared/http/credentials.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { taken } from "../../shared/http/results.ts";
import { askForMail, limitAsking, requireMail } from "../../shared/runtime/ask-for-mail.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

export const accepts = z.strictObject({ email });

async function askForReset({ body, headers, remoteAddress }: AcceptedFromAnyone<typeof accepts>) {
  requireMail(requestRuntime());
  await limitAsking(requestRuntime(), remoteAddress);
  await askForMail(requestRuntime(), { kind: "reset", email: body.email, accept: headers["accept-language"] });
  return taken();
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "none",
    summary:
      "A mail with which a new password can be chosen. The answer is the same whether or not anybody has the address.",
    answers: () => ({ 202: nothing }),
    errors: ["not_found"],
  },
  askForReset,
);
