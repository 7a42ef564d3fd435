// POST /productions/{id}/resume: make what is missing, in another round.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { roundRequest } from "../../shared/http/production-request.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function resume({ body, params: { id = "" }, user }: Accepted<typeof roundRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const production = await resumeProduction(productionRuntime(), { userId: user.id, productionId: id }, body);
  return productionAnswer(publicProduction(production), true);
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: roundRequest,
    auth: "user",
    summary: "Make what is missing of a production that has ended.",
    description: "What is made stays, and is not paid for again. A production has at most 10 rounds.",
    answers: () => ({ 202: [shownProduction, "Its next round goes on; follow it at Location."] }),
    errors: ["insufficient_credits", "conflict", "storage_full"],
  },
  resume,
);
