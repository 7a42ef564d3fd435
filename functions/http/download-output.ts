// GET /jobs/{id}/outputs/{index}/download: where an output is saved from, under a good name.
import { AppError } from "../../shared/errors/app-error.ts";
import { downloadQuery } from "../../shared/http/download-query.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownDownload } from "../../shared/http/openapi/shapes/download.ts";
import { ok } from "../../shared/http/results.ts";
import { downloadOf } from "../../shared/jobs/reading/download.ts";
import { shownOutputs } from "../../shared/jobs/reading/public-job.ts";
import { findJob } from "../../shared/jobs/reading/read.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function downloadOutput({ params, query, user }: Accepted<undefined, typeof downloadQuery>) {
  const job = await findJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  const output = shownOutputs(job).find(({ index }) => index === Number(params.index));
  if (!output) throw new AppError("not_found");
  return ok(await downloadOf(requestRuntime().store, output, query.name ?? job.request.prompt));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: downloadQuery,
    params: { id: jobIdPattern, index: /^(0|[1-9][0-9]?)$/ },
    auth: "user",
    summary: "Where an output is saved from, under a good name.",
    answers: () => ({ 200: shownDownload }),
  },
  downloadOutput,
);
