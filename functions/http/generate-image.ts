// POST /ai/generate-image: accept an image request, answer 202 with the job to follow.
import { imageRequest } from "../../shared/http/requests/image.ts";
import { generationFunction } from "../generation-function.ts";

export const handler = generationFunction({
  type: "image",
  body: imageRequest,
  summary: "Generate an image, or keep one that exists.",
  generationOf: (body) => body,
});
