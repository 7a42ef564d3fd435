// POST /ai/generate-image: accept an image request, answer 202 with the job to follow.
import { imageRequest } from "../../shared/http/generation-request.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { jobAnswer } from "../../shared/http/results.ts";
import { followJob } from "../../shared/jobs/follow.ts";
import { submitGeneration } from "../../shared/jobs/submit-generation.ts";
import { runtime } from "../../shared/runtime/runtime.ts";

async function generateImage({ body, user, headers, signal }: Accepted<typeof imageRequest>) {
  const idempotencyKey = idempotencyKeyOf(headers);
  const submitted = await submitGeneration(runtime(), {
    type: "image",
    userId: user.id,
    request: body,
    idempotencyKey,
  });
  return jobAnswer(await followJob(runtime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(runtime, { body: imageRequest, auth: "user" }, generateImage);
