// GET /openai/v1/models/{model}: one of them, by its name, or by its model alone: some gateways let no slash through a path.
import { AppError } from "../../shared/errors/app-error.ts";
import { bareJson } from "../../shared/faces/openai/answers.ts";
import { openAiModels } from "../../shared/faces/openai/models.ts";
import { modelDeps, openAiFunction } from "../openai-function.ts";

export const handler = openAiFunction({}, async ({ params }) => {
  const models = openAiModels(modelDeps());
  const model =
    models.find(({ id }) => id === params.model) ?? models.find(({ id }) => id.endsWith(`/${params.model}`));
  if (!model) throw new AppError("not_found", { message: "There is no such model. GET models lists those there are." });
  return bareJson(model);
});
