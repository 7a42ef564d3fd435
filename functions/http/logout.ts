// POST /auth/logout: ends every token of the caller, on all devices.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { endSessions } from "../../shared/users/end-sessions.ts";

async function logout({ user }: Accepted) {
  await endSessions(requestRuntime(), user);
  // A browser that understands it also forgets what the page of this origin has kept.
  return { ...ok(null), headers: { "clear-site-data": '"storage"' } };
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Ends every token of the caller, on all devices.",
    description: "Streams that are open end within ten seconds. Logging in gives a new token.",
    answers: () => ({ 200: nothing }),
  },
  logout,
);
