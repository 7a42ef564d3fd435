// POST /productions/{id}/resume: make what is missing, in another round.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { roundRequest } from "../../shared/http/requests/projects/rounds.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { watchNew } from "../../shared/productions/reading/watch.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function resume({ body, params: { id = "" }, user, headers, signal }: Accepted<typeof roundRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const key = { userId: user.id, productionId: id };
  const begun = await resumeProduction(productionRuntime(), key, body, idempotencyKeyOf(headers));
  return productionAnswer(await watchNew(requestRuntime(), begun, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: roundRequest,
    auth: "user",
    summary: "Make what is missing of a production that has ended.",
    description:
      "What is made stays, and is not paid for again; what is stale is made anew. A production has at most 10 rounds.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownProduction, "This key and body were sent before: the production as it is now."],
      201: [shownProduction, "Its next round has ended within the time that Prefer names, however it ended."],
      202: [shownProduction, "Its next round goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  resume,
);
