// GET /credits: what the user can spend, and what is set aside.
import { publicCredits, requireAccount } from "../../shared/credits/public-credits.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownCredits } from "../../shared/http/openapi/shapes/credits.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function getCredits({ user }: Accepted) {
  return ok(publicCredits(await requireAccount(requestRuntime().table, user.id)));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "What the caller can spend, and what is set aside.",
    answers: () => ({ 200: shownCredits }),
  },
  getCredits,
);
