// GET /productions/{id}: how far a production is, and what it has cost.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { preferredWaitMs } from "../../shared/http/request-headers.ts";
import { ok } from "../../shared/http/results.ts";
import { hurryIfLate } from "../../shared/productions/reading/feed.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { watchProduction } from "../../shared/productions/reading/watch.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function getProduction({ params: { id = "" }, user, headers, signal }: Accepted) {
  const production = await findProduction(requestRuntime(), { userId: user.id, productionId: id });
  await hurryIfLate(requestRuntime(), production);
  const waiting = { waitMs: preferredWaitMs(headers), signal };
  return ok(publicProduction(await watchProduction(requestRuntime(), production, waiting)));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "A production: its stage, what is made of it, and what it has cost.",
    description: "With `Prefer: wait=N` the answer comes once it has ended, or when the time is over.",
    headers: ["Prefer"],
    answers: () => ({ 200: shownProduction }),
  },
  getProduction,
);
