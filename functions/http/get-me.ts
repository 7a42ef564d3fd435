// GET /users/me: the caller, and what their files take.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownMe } from "../../shared/http/openapi/shapes/user.ts";
import { ok } from "../../shared/http/results.ts";
import { publicStorage } from "../../shared/jobs/reading/public-storage.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { publicUser } from "../../shared/users/user.ts";

async function getMe({ user }: Accepted) {
  return ok({ ...publicUser(user), storage: await publicStorage(requestRuntime(), user.id) });
}

export const handler = httpFunction(
  requestRuntime,
  { auth: "user", summary: "The caller, and what their files take.", answers: () => ({ 200: shownMe }) },
  getMe,
);
