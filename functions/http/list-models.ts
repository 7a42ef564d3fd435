// GET /ai/models: what there is to choose from, at the prices in force.
import { httpFunction } from "../../shared/http/http-function.ts";
import { shownModels } from "../../shared/http/openapi/shapes/ai.ts";
import { ok } from "../../shared/http/results.ts";
import { publicModels } from "../../shared/jobs/reading/models.ts";
import { testModels } from "../../shared/providers/sketch/test-models.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listModels() {
  return ok({ items: publicModels(requestRuntime()) });
}

const forTests = Object.entries(testModels)
  .map(([id, does]) => `\`${id}\` ${does}.`)
  .join(" ");

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "Models to choose from, at the prices in force.",
    description: `Models with \`isForTests\` let a frontend meet every ending; servers in production offer them with TEST_MODELS=1. ${forTests}`,
    answers: () => ({ 200: shownModels }),
  },
  listModels,
);
