// POST /ai/generate-music: accept a request for music, answer 202 with the job to follow.
import { musicGeneration, musicRequest } from "../../shared/http/requests/music.ts";
import { generationFunction } from "../generation-function.ts";

export const handler = generationFunction({
  type: "audio",
  body: musicRequest,
  summary: "Make a piece of music: the output is a sound.",
  generationOf: musicGeneration,
});
