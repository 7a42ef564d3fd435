// GET /jobs/{id}: the job as it is now.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { Json, ok } from "../../shared/http/results.ts";
import { showJob } from "../../shared/jobs/reading/show.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function getJob({ params, user }: Accepted) {
  return ok(new Json(await showJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" })));
}

export const handler = httpFunction(
  requestRuntime,
  { params: { id: jobIdPattern }, auth: "user", summary: "A job as it is now.", answers: () => ({ 200: shownJob }) },
  getJob,
);
