// POST /openai/v1/images/generations: pictures, asked for and answered as OpenAI's API does.
import { imagesAnswer } from "../../shared/faces/openai/answers.ts";
import { imageGeneration, imageRequest } from "../../shared/faces/openai/image-request.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { chosen, openAiGeneration } from "../openai-function.ts";

export const handler = openAiGeneration({
  route: "openai/images/generations",
  type: "image",
  body: imageRequest,
  isHeld: true,
  generationOf: (body) => imageGeneration(body, chosen(body.model, { type: "image" })),
  wanted: ({ response_format }) => response_format ?? "url",
  answer: (job, format) => imagesAnswer(requestRuntime(), job, format),
});
