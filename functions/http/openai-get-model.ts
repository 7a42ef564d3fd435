// GET /openai/v1/models/{model}: one of them.
import { AppError } from "../../shared/errors/app-error.ts";
import { bareJson } from "../../shared/faces/openai/answers.ts";
import { openAiModels } from "../../shared/faces/openai/models.ts";
import { modelDeps, openAiFunction } from "../openai-function.ts";

export const handler = openAiFunction({}, async ({ params }) => {
  const model = openAiModels(modelDeps()).find(({ id }) => id === params.model);
  if (!model) throw new AppError("not_found", { message: "There is no such model. GET models lists those there are." });
  return bareJson(model);
});
