// POST /ai/generate-speech: accept a request for speech, answer 202 with the job to follow.
import { speechGeneration, speechRequest } from "../../shared/http/generation-request.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { jobAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { followJob } from "../../shared/jobs/reading/follow.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function generateSpeech({ body, user, headers, signal }: Accepted<typeof speechRequest>) {
  await requireFitStore(requestRuntime());
  const idempotencyKey = idempotencyKeyOf(headers);
  const submitted = await submitGeneration(requestRuntime(), {
    type: "audio",
    userId: user.id,
    request: speechGeneration(body),
    idempotencyKey,
  });
  return jobAnswer(await followJob(requestRuntime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: speechRequest,
    auth: "user",
    summary: "Speak words, with a voice: the output is a sound.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownJob, "This key and body were sent before: the job as it is now."],
      201: [shownJob, "The job has ended within the time that Prefer names, however it ended."],
      202: [shownJob, "The job goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  generateSpeech,
);
