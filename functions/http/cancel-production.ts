// POST /productions/{id}/cancel: nothing is begun any more; what was made is kept and charged, the rest comes back.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { ok } from "../../shared/http/results.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function cancel({ params: { id = "" }, user }: Accepted) {
  return ok(publicProduction(await cancelProduction(requestRuntime(), { userId: user.id, productionId: id })));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Stop a production.",
    description:
      "Parts that are made stay and are paid for (`spent`), as are those that their providers have delivered already; all else is given back. It can be resumed.",
    answers: () => ({ 200: shownProduction }),
    errors: ["conflict"],
  },
  cancel,
);
