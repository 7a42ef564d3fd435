// POST /projects/{id}/productions: have the project's film made.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { productionRequest } from "../../shared/http/requests/projects/production.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { watchNew } from "../../shared/productions/reading/watch.ts";
import { askForProduction } from "../../shared/productions/starting/ask.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function createProduction({
  body,
  params: { id = "" },
  user,
  headers,
  signal,
}: Accepted<typeof productionRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const ref = { userId: user.id, projectId: id };
  const started = await askForProduction(productionRuntime(), ref, body, idempotencyKeyOf(headers));
  return productionAnswer(await watchNew(requestRuntime(), started, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: productionRequest,
    auth: "user",
    summary: "Make the film of a project.",
    description:
      "The budget is held; what is kept is charged out of it, and the rest comes back when the production has ended, however it ended. It is made from a copy: an edit afterwards concerns the next production.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownProduction, "This key and body were sent before: the production as it is now."],
      201: [shownProduction, "The production has ended within the time that Prefer names, however it ended."],
      202: [shownProduction, "The production goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  createProduction,
);
