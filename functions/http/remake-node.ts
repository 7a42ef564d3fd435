// POST /productions/{id}/nodes/{nodeId}/remake: make a part anew, and all that is made from it.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { nodeIdPattern, roundRequest } from "../../shared/http/requests/projects/rounds.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { watchNew } from "../../shared/productions/reading/watch.ts";
import { remakeNodes } from "../../shared/productions/starting/resume.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function remake({
  body,
  params: { id = "", nodeId = "" },
  user,
  headers,
  signal,
}: Accepted<typeof roundRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const key = { userId: user.id, productionId: id };
  const begun = await remakeNodes(productionRuntime(), key, [nodeId], body, idempotencyKeyOf(headers));
  return productionAnswer(await watchNew(requestRuntime(), begun, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: roundRequest,
    params: { nodeId: nodeIdPattern },
    auth: "user",
    summary: "Make one part of a production anew, and what is made from it.",
    description:
      "In another round, with a budget of its own; a production that is under way answers 409. What is missing is made along with it. Where the round ends before all of it is made, the rest is what it was before; `stale` says of a part that it no longer fits what it was made from. A model that takes a seed is given another one; what follows from its words alone, as embedded speech does, comes out the same.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownProduction, "This key and body were sent before: the production as it is now."],
      201: [shownProduction, "Its next round has ended within the time that Prefer names, however it ended."],
      202: [shownProduction, "Its next round goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  remake,
);
