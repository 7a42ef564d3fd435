// PUT /users/me: another name, or another password: that ends all tokens and answers a new one.
import * as z from "zod/mini";
import { newPassword, password, username } from "../../shared/http/credentials.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { changedUser } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { guardLogin } from "../../shared/limits/login-guard.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { changePassword } from "../../shared/users/change-password.ts";
import { changeUsername } from "../../shared/users/change-username.ts";
import { publicUser } from "../../shared/users/user.ts";

export const accepts = z.union([
  z.strictObject({ username }),
  z.strictObject({ password: newPassword, currentPassword: password }),
]);

async function updateMe({ body, user, remoteAddress }: Accepted<typeof accepts>) {
  if ("username" in body) return ok(publicUser(await changeUsername(requestRuntime(), user.id, body.username)));
  const passwords = { current: body.currentPassword, next: body.password };
  // Whoever has only found a token may not guess the password with it.
  const from = { email: user.email, address: remoteAddress };
  const token = await guardLogin(requestRuntime(), from, () => changePassword(requestRuntime(), user, passwords));
  return ok({ ...publicUser(user), ...token });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "user",
    summary: "Another name, or another password: that ends all tokens and gives a new one.",
    answers: () => ({ 200: changedUser }),
  },
  updateMe,
);
