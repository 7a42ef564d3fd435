// POST /jobs/{id}/cancel: end an unfinished job and give its credits back.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { ok } from "../../shared/http/results.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function cancel({ params, user }: Accepted) {
  const job = await cancelJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  return ok(await publicJob(requestRuntime().store, job));
}

export const handler = httpFunction(
  requestRuntime,
  {
    params: { id: jobIdPattern },
    auth: "user",
    summary:
      "End an unfinished job and give its credits back; too_late once the provider has delivered. A film that is still being drawn was not delivered.",
    answers: () => ({ 200: shownJob }),
    errors: ["conflict", "too_late"],
  },
  cancel,
);
