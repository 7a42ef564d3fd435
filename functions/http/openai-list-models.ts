// GET /openai/v1/models: what there is to choose from, as OpenAI's clients list it.
import { bareJson } from "../../shared/faces/openai/answers.ts";
import { openAiModels } from "../../shared/faces/openai/models.ts";
import { modelDeps, openAiFunction } from "../openai-function.ts";

export const handler = openAiFunction({}, async () => bareJson({ object: "list", data: openAiModels(modelDeps()) }));
