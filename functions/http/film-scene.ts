// POST /projects/{id}/generate-video: have a clip made of one scene; when its job is completed, the scene has it as a take.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { clipRequest } from "../../shared/http/requests/projects/clip.ts";
import { jobAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { followJob } from "../../shared/jobs/reading/follow.ts";
import { filmScene } from "../../shared/projects/ask-clip.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function generateClip({ body, params: { id = "" }, user, headers, signal }: Accepted<typeof clipRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const asked = { wish: body, key: idempotencyKeyOf(headers) };
  const submitted = await filmScene(requestRuntime(), { userId: user.id, projectId: id }, asked);
  return jobAnswer(await followJob(requestRuntime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: clipRequest,
    auth: "user",
    summary: "Film a scene by itself: the clip is a take of it.",
    description:
      "A scene has at most 12 takes; the oldest that no shot shows go, and their jobs stay. A production uses a take only where a shot was told to show it.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownJob, "This key and body were sent before: the job as it is now."],
      201: [shownJob, "The job has ended within the time that Prefer names, however it ended."],
      202: [shownJob, "The job goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  generateClip,
);
