// POST /projects/generate-drama: from a sentence to a film; the project and its production in one.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { dramaRequest } from "../../shared/http/production-request.ts";
import { settingsOf } from "../../shared/http/project-request.ts";
import { idempotencyKeyOf } from "../../shared/http/request-headers.ts";
import { productionAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { askForDrama } from "../../shared/productions/starting/ask.ts";
import { productionRuntime } from "../../shared/runtime/productions.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function generateDrama({ body, user, headers }: Accepted<typeof dramaRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const wish = settingsOf(body);
  const { production, isNew } = await askForDrama(productionRuntime(), user.id, wish, idempotencyKeyOf(headers));
  return productionAnswer(publicProduction(production), isNew);
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: dramaRequest,
    auth: "user",
    summary: "Make a short drama from a sentence: a project, and the production of its film.",
    description:
      "As POST /projects and POST /projects/{id}/productions after each other. The screenplay that is written becomes the project's draft.",
    headers: ["Idempotency-Key"],
    answers: () => ({
      200: [shownProduction, "This key and body were sent before: the production as it is now."],
      202: [shownProduction, "The production goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  generateDrama,
);
