// POST /projects/generate-drama: from a sentence to a film; the project and its production in one.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { dramaRequest } from "../../shared/http/requests/projects/drama.ts";
import { settingsOf } from "../../shared/http/requests/projects/settings.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { watchNew } from "../../shared/productions/reading/watch.ts";
import { askForDrama } from "../../shared/productions/starting/ask.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function generateDrama({ body, user, headers, signal }: Accepted<typeof dramaRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const wish = settingsOf(body);
  const started = await askForDrama(productionRuntime(), user.id, wish, idempotencyKeyOf(headers));
  return productionAnswer(await watchNew(requestRuntime(), started, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: dramaRequest,
    auth: "user",
    summary: "Make a short drama from a sentence: a project, and the production of its film.",
    description:
      "As POST /projects and POST /projects/{id}/productions after each other. The screenplay that is written becomes the project's draft.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownProduction, "This key and body were sent before: the production as it is now."],
      201: [shownProduction, "The production has ended within the time that Prefer names, however it ended."],
      202: [shownProduction, "The production goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  generateDrama,
);
