// DELETE /jobs/{id}: remove a job that has ended, with its files; its lines stay in the ledger.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { ok } from "../../shared/http/results.ts";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function removeJob({ params, user }: Accepted) {
  await deleteJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  return ok(null);
}

export const handler = httpFunction(
  requestRuntime,
  {
    params: { id: jobIdPattern },
    auth: "user",
    summary: "Remove a job that has ended, with its files. Its lines stay in the ledger.",
    description:
      "It is gone at once, and what its files took is free again; the files themselves go within a minute, and webhooks that were not taken yet are dropped. A picture that an unfinished job works on cannot be removed, nor a take that a shot shows, or that a production of its project was to show: that one goes when the project was deleted.",
    answers: () => ({ 200: nothing }),
    errors: ["conflict"],
  },
  removeJob,
);
