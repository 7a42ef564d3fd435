// GET /users/me: the caller.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownUser } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { publicUser } from "../../shared/users/user.ts";

async function getMe({ user }: Accepted) {
  return ok(publicUser(user));
}

export const handler = httpFunction(
  requestRuntime,
  { auth: "user", summary: "The caller.", answers: { 200: shownUser } },
  getMe,
);
