// POST /openai/v1/audio/speech: words spoken, asked for and answered as OpenAI's API does: with the bytes of the file that was kept.
import { soundAnswer } from "../../shared/faces/openai/answers.ts";
import { speechGeneration, speechRequest } from "../../shared/faces/openai/speech-request.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { chosen, openAiGeneration } from "../openai-function.ts";

export const handler = openAiGeneration({
  route: "openai/audio/speech",
  type: "audio",
  body: speechRequest,
  isHeld: true,
  generationOf: (body) =>
    speechGeneration(requestRuntime(), body, chosen(body.model, { type: "audio", sound: "speech" })),
  wanted: () => null,
  answer: (job) => soundAnswer(requestRuntime(), job),
});
