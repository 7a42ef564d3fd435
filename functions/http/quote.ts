// POST /ai/quote: what a generation would cost now, and who would do it. Makes nothing.
import { requireAccount } from "../../shared/credits/public-credits.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownQuote } from "../../shared/http/openapi/shapes/ai.ts";
import { quotedGeneration, quoteRequest } from "../../shared/http/requests/quote.ts";
import { ok } from "../../shared/http/results.ts";
import { planGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function quote({ body, user }: Accepted<typeof quoteRequest>) {
  const {
    provider,
    request: planned,
    price,
  } = await planGeneration(requestRuntime(), {
    ...{ userId: user.id, type: body.type, request: quotedGeneration(body) },
  });
  const { balance } = await requireAccount(requestRuntime().table, user.id);
  return ok({ price: price * planned.n, balance, provider, model: planned.model });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: quoteRequest,
    auth: "user",
    summary: "What a generation would cost now, and who would do it. Makes nothing.",
    answers: () => ({ 200: shownQuote }),
  },
  quote,
);
