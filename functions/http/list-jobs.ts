// GET /jobs: the user's jobs, newest first, by status and type if asked for.
import * as z from "zod";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idCursor, listQuery, pageOfJson } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { ok } from "../../shared/http/results.ts";
import { showJobs } from "../../shared/jobs/reading/show.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  ...listQuery.shape,
  status: z
    .enum(["pending", "processing", "completed", "failed", "cancelled"])
    .optional()
    .meta({ description: "Only jobs that read so." }),
  type: z
    .enum(["image", "video", "text", "audio", "archive"])
    .optional()
    .meta({ description: "Only jobs of this type." }),
});

async function listOwnJobs({ query: { limit, cursor, status, type }, user }: Accepted<undefined, typeof query>) {
  const after = idCursor(cursor);
  const { jobs, total, next } = await showJobs(requestRuntime(), user.id, { limit, after, status, type });
  return ok(pageOfJson(jobs, total, next));
}

export const handler = httpFunction(
  requestRuntime,
  { query, auth: "user", summary: "The caller's jobs, newest first.", answers: () => ({ 200: listOf(shownJob) }) },
  listOwnJobs,
);
