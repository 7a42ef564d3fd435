// POST /auth/login: a token for whoever knows the password.
import * as z from "zod/mini";
import { email, password } from "../../shared/http/credentials.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { session } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { guardLogin } from "../../shared/limits/login-guard.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { login } from "../../shared/users/login.ts";

export const accepts = z.strictObject({ email, password });

async function logIn({ body: { email, password }, remoteAddress }: AcceptedFromAnyone<typeof accepts>) {
  const from = { email, address: remoteAddress };
  const { token, ...who } = await guardLogin(requestRuntime(), from, () => login(requestRuntime(), email, password));
  return ok({ ...who, ...token });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "none",
    summary: "A token for whoever knows the password.",
    answers: () => ({ 200: session }),
    errors: ["unauthenticated"],
  },
  logIn,
);
