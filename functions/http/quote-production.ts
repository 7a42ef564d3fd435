// POST /productions/{id}/quote: what a resume or a remake would make, and what that costs at most; makes nothing.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownRoundQuote } from "../../shared/http/openapi/shapes/production.ts";
import { quotedRound } from "../../shared/http/requests/projects/rounds.ts";
import { ok } from "../../shared/http/results.ts";
import { quoteRound } from "../../shared/productions/starting/quote-round.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function quoteProduction({ body, params: { id = "" }, user }: Accepted<typeof quotedRound>) {
  return ok(await quoteRound(productionRuntime(), { userId: user.id, productionId: id }, body.remake ?? []));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: quotedRound,
    auth: "user",
    summary: "What another round of a production would make, and what that costs at most.",
    description:
      "Nothing is made. With `remake`: these parts, all that is made from them, and what is missing, as a remake would make them; else what is missing, as a resume would. 409 where that would be: the production is under way, or nothing is missing.",
    answers: () => ({ 200: shownRoundQuote }),
    errors: ["conflict"],
  },
  quoteProduction,
);
