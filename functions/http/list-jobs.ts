// GET /jobs: the user's jobs, newest first, by status and type if asked for.
import * as z from "zod";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idCursor, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { ok } from "../../shared/http/results.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { listJobs } from "../../shared/jobs/reading/read.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  ...listQuery.shape,
  status: z.enum(["pending", "processing", "completed", "failed", "cancelled"]).optional(),
  type: z.enum(["image", "video", "text", "audio"]).optional(),
});

async function listOwnJobs({ query: { limit, cursor, status, type }, user }: Accepted<undefined, typeof query>) {
  const { table, store } = requestRuntime();
  const { jobs, total, next } = await listJobs(table, user.id, { limit, after: idCursor(cursor), status, type });
  const items = await Promise.all(jobs.map((job) => publicJob(store, job)));
  return ok(page(items, total, next));
}

export const handler = httpFunction(
  requestRuntime,
  { query, auth: "user", summary: "The caller's jobs, newest first.", answers: () => ({ 200: listOf(shownJob) }) },
  listOwnJobs,
);
