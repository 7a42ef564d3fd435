// POST /ai/generate-video: accept a video request, answer 202 with the job to follow.
import { videoRequest } from "../../shared/http/requests/video.ts";
import { generationFunction } from "../generation-function.ts";

export const handler = generationFunction({
  type: "video",
  body: videoRequest,
  summary: "Generate a video, or keep one that exists.",
  generationOf: (body) => body,
});
