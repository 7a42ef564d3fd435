// POST /projects/{id}/generate-scenes: have a screenplay written; when its job is completed, the project has its scenes.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { idempotencyKeyOf, preferredWaitMs } from "../../shared/http/request-headers.ts";
import { scenesRequest } from "../../shared/http/requests/projects/scenes.ts";
import { jobAnswer } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { followJob } from "../../shared/jobs/reading/follow.ts";
import { askForScenes } from "../../shared/projects/ask-scenes.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function generateScenes({ body, params: { id = "" }, user, headers, signal }: Accepted<typeof scenesRequest>) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const idempotencyKey = idempotencyKeyOf(headers);
  const asked = await askForScenes(requestRuntime(), { userId: user.id, projectId: id }, body);
  const submitted = await submitGeneration(requestRuntime(), { ...asked, idempotencyKey });
  return jobAnswer(await followJob(requestRuntime(), submitted, { waitMs: preferredWaitMs(headers), signal }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: scenesRequest,
    auth: "user",
    summary: "Write the scenes of a project.",
    description:
      "When the job is completed, the project has a new draft with the job's id: characters, and scenes with their shots. If it has got another draft meanwhile, this one stays beside it, and can be chosen.",
    headers: ["Idempotency-Key", "Prefer"],
    answers: () => ({
      200: [shownJob, "This key and body were sent before: the job as it is now."],
      201: [shownJob, "The job has ended within the time that Prefer names, however it ended."],
      202: [shownJob, "The job goes on; follow it at Location."],
    }),
    errors: ["insufficient_credits", "conflict", "idempotency_mismatch", "storage_full"],
  },
  generateScenes,
);
