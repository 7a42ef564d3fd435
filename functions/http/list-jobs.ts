// GET /jobs: the user's jobs, newest first, by status, type and words if asked for.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idCursor, listQuery, pageOfJson, severalOf } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownJob } from "../../shared/http/openapi/shapes/job.ts";
import { ok } from "../../shared/http/results.ts";
import { searchable } from "../../shared/jobs/reading/search.ts";
import { showJobs } from "../../shared/jobs/reading/show.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const statuses = ["pending", "processing", "completed", "failed", "cancelled"] as const;
const types = ["image", "video", "text", "audio", "archive"] as const;

const query = z.strictObject({
  ...listQuery.shape,
  status: severalOf(statuses, "Only jobs that read so; several are parted by commas."),
  type: severalOf(types, "Only jobs of this type; several are parted by commas."),
  search: z
    .optional(
      z.string().check(z.minLength(1, "must not be empty"), z.maxLength(200, "must have at most 200 characters")),
    )
    .register(z.globalRegistry, {
      description:
        "Only jobs whose prompt has each of these words, wherever it stands in it, in upper or lower case. A page looks at 1,000 jobs at most, so that it may have fewer entries than `limit`, or none, although more follow: go on while `hasMore`.",
    }),
});

async function listOwnJobs({
  query: { limit, cursor, status, type, search },
  user,
}: Accepted<undefined, typeof query>) {
  const after = idCursor(cursor);
  const words = search === undefined ? undefined : searchable(search);
  const { jobs, total, next } = await showJobs(requestRuntime(), user.id, { limit, after, status, type, words });
  return ok(pageOfJson(jobs, total, next));
}

export const handler = httpFunction(
  requestRuntime,
  { query, auth: "user", summary: "The caller's jobs, newest first.", answers: () => ({ 200: listOf(shownJob) }) },
  listOwnJobs,
);
