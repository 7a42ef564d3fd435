// POST /auth/register: a new user with their welcome credits, answered with a token.
import * as z from "zod/mini";
import { email, newPassword, username } from "../../shared/http/credentials.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { session } from "../../shared/http/openapi/shapes/user.ts";
import { created } from "../../shared/http/results.ts";
import { limitRegistration } from "../../shared/limits/registration-limit.ts";
import { askForVerification } from "../../shared/runtime/ask-for-mail.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { register } from "../../shared/users/register.ts";

export const accepts = z.strictObject({ username, email, password: newPassword });

async function registerUser({ body, headers, remoteAddress }: AcceptedFromAnyone<typeof accepts>) {
  await limitRegistration(requestRuntime(), remoteAddress);
  const { user, token } = await register(requestRuntime(), body);
  await askForVerification(requestRuntime(), user.email, headers["accept-language"]);
  return created({ userId: user.id, email: user.email, ...token });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "none",
    summary: "A new user, with the welcome credits and a token.",
    answers: () => ({ 201: session }),
    errors: ["conflict"],
  },
  registerUser,
);
