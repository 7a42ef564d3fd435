// POST /openai/v1/images/edits: a picture of yours changed, asked for and answered as OpenAI's API does.
import { imagesAnswer } from "../../shared/faces/openai/answers.ts";
import { editGeneration, editRequest } from "../../shared/faces/openai/image-request.ts";
import { MAX_FORM_BYTES } from "../../shared/faces/openai/path.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { chosen, openAiGeneration } from "../openai-function.ts";

export const handler = openAiGeneration({
  route: "openai/images/edits",
  type: "image",
  body: editRequest,
  maxFormBytes: MAX_FORM_BYTES,
  isHeld: true,
  generationOf: (body) => editGeneration(body, chosen(body.model, { type: "image" })),
  wanted: ({ response_format }) => response_format ?? "url",
  answer: (job, format) => imagesAnswer(requestRuntime(), job, format),
});
