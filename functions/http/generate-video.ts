// POST /ai/generate-video: accept a video request, answer 202 with the job to follow.
import { videoRequest } from "../../shared/http/generation-request.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { jobAnswer } from "../../shared/http/results.ts";
import { followJob } from "../../shared/jobs/follow.ts";
import { submitGeneration } from "../../shared/jobs/submit-generation.ts";
import { runtime } from "../../shared/runtime/runtime.ts";

async function generateVideo({ body, user, headers, signal }: Accepted<typeof videoRequest>) {
  const idempotencyKey = idempotencyKeyOf(headers);
  const submitted = await submitGeneration(runtime(), {
    type: "video",
    userId: user.id,
    request: body,
    idempotencyKey,
  });
  return jobAnswer(await followJob(runtime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(runtime, { body: videoRequest, auth: "user" }, generateVideo);
