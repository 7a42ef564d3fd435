// GET /jobs/{id}: the job as it is now.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { ok } from "../../shared/http/results.ts";
import { nudgeIfLate } from "../../shared/jobs/moving/tickets.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { findJob } from "../../shared/jobs/reading/read.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function getJob({ params, user }: Accepted) {
  const job = await findJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  await nudgeIfLate(requestRuntime(), job);
  return ok(await publicJob(requestRuntime().store, job));
}

export const handler = httpFunction(
  requestRuntime,
  { auth: "user", summary: "A job as it is now.", answers: () => ({ 200: shownJob }) },
  getJob,
);
