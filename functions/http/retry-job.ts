// POST /jobs/{id}/retry: a failed job again, in its next round, at its own price.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { accepted } from "../../shared/http/results.ts";
import { requireFitStore } from "../../shared/http/store-proof.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { requireVerified } from "../../shared/users/require-verified.ts";

async function retry({ params, user }: Accepted) {
  requireVerified(requestRuntime(), user);
  await requireFitStore(requestRuntime());
  const job = await retryJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  return accepted(await publicJob(requestRuntime().store, job), `/api/v1/jobs/${job.id}`);
}

export const handler = httpFunction(
  requestRuntime,
  {
    params: { id: jobIdPattern },
    auth: "user",
    summary: "A failed job again, at its own price, at most 3 times.",
    description:
      "It takes no key: sent again because its answer was lost, it answers 409 while the job goes on and when it is made, and nothing is paid for twice. Where that round has failed too, and was given back, another one begins.",
    answers: () => ({ 202: shownJob }),
    errors: ["insufficient_credits", "conflict", "storage_full"],
  },
  retry,
);
