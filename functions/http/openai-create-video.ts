// POST /openai/v1/videos: a video, asked for as OpenAI's API does. Its job goes on; the caller follows it by its id.
import { json } from "../../shared/faces/openai/answers.ts";
import { MAX_FORM_BYTES } from "../../shared/faces/openai/path.ts";
import { videoOf } from "../../shared/faces/openai/video.ts";
import { videoGeneration, videoRequest } from "../../shared/faces/openai/video-request.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { chosen, openAiGeneration } from "../openai-function.ts";

export const handler = openAiGeneration({
  route: "openai/videos",
  type: "video",
  body: videoRequest,
  maxFormBytes: MAX_FORM_BYTES,
  isHeld: false,
  generationOf: (body) => videoGeneration(requestRuntime(), body, chosen(body.model, { type: "video" })),
  wanted: () => null,
  answer: async (job) => json(job, videoOf(job)),
});
