// POST /ai/generate-speech: accept a request for speech, answer 202 with the job to follow.
import { speechGeneration, speechRequest } from "../../shared/http/requests/speech.ts";
import { generationFunction } from "../generation-function.ts";

export const handler = generationFunction({
  type: "audio",
  body: speechRequest,
  summary: "Speak words, with a voice: the output is a sound.",
  generationOf: speechGeneration,
});
