// POST /auth/login: a token for whoever knows the password.
import * as z from "zod";
import { email, password } from "../../shared/http/credentials.ts";
import { type AcceptedFromAnyone, httpFunction } from "../../shared/http/http-function.ts";
import { ok } from "../../shared/http/results.ts";
import { runtime } from "../../shared/runtime/runtime.ts";
import { login } from "../../shared/users/login.ts";

export const accepts = z.strictObject({ email, password });

async function logIn({ body }: AcceptedFromAnyone<typeof accepts>) {
  const { token, ...who } = await login(runtime(), body.email, body.password);
  return ok({ ...who, ...token });
}

export const handler = httpFunction(runtime, { body: accepts, auth: "none" }, logIn);
