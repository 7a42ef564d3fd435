// PUT /users/me: another name, or another password: that ends all tokens and answers a new one.
import * as z from "zod";
import { newPassword, password, username } from "../../shared/http/credentials.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { ok } from "../../shared/http/results.ts";
import { runtime } from "../../shared/runtime/runtime.ts";
import { changePassword } from "../../shared/users/change-password.ts";
import { changeUsername } from "../../shared/users/change-username.ts";
import { publicUser } from "../../shared/users/user.ts";

export const accepts = z.union([
  z.strictObject({ username }),
  z.strictObject({ password: newPassword, currentPassword: password }),
]);

async function updateMe({ body, user }: Accepted<typeof accepts>) {
  if ("username" in body) return ok(publicUser(await changeUsername(runtime(), user.id, body.username)));
  const token = await changePassword(runtime(), user, { current: body.currentPassword, next: body.password });
  return ok({ ...publicUser(user), ...token });
}

export const handler = httpFunction(runtime, { body: accepts, auth: "user" }, updateMe);
