// POST /ai/generate-screenplay: accept a request for a screenplay, answer 202 with the job to follow.
import { screenplayGeneration, screenplayRequest } from "../../shared/http/requests/screenplay.ts";
import { generationFunction } from "../generation-function.ts";

export const handler = generationFunction({
  type: "text",
  body: screenplayRequest,
  summary: "Write a screenplay: the output is its JSON.",
  generationOf: screenplayGeneration,
});
