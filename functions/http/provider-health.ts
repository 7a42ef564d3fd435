// GET /ai/health: whether the providers answer just now.
import { httpFunction } from "../../shared/http/http-function.ts";
import { shownProviders } from "../../shared/http/openapi/shapes/ai.ts";
import { ok } from "../../shared/http/results.ts";
import { checkProviders } from "../../shared/jobs/reading/provider-health.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function providerHealth() {
  return ok({ items: await checkProviders(requestRuntime()) });
}

export const handler = httpFunction(
  requestRuntime,
  { auth: "user", summary: "Whether the providers answer just now.", answers: () => ({ 200: shownProviders }) },
  providerHealth,
);
