// Jobs as their user sees them, in JSON.
import type { RequestDeps } from "../deps.ts";
import { type JobKey, jobItemKey, jobOf } from "../job.ts";
import { nudgeIfLate } from "../moving/tickets.ts";
import { publicJob } from "./public-job.ts";
import { findJob, fits, isShown, type JobPage, type JobQuery, listAs } from "./read.ts";
import { settledJob } from "./settled-job.ts";

/** The job; one that is late is hurried. Throws `not_found` as `findJob` does. */
export async function showJob(deps: RequestDeps, key: JobKey): Promise<string> {
  const item = await deps.table.get(jobItemKey(key));
  const settled = item && settledJob(item);
  if (settled) return settled.json(deps.store);
  const job = await findJob(deps, key, item && jobOf(item).job);
  await nudgeIfLate(deps, job);
  return JSON.stringify(await publicJob(deps.store, job));
}

/** A page of the user's jobs, newest first. */
export async function showJobs(
  { table, store }: Pick<RequestDeps, "table" | "store">,
  userId: string,
  query: JobQuery,
): Promise<JobPage<string>> {
  const { jobs, ...page } = await listAs(table, userId, query, (item, account) => {
    const settled = settledJob(item);
    if (settled) return fits(settled, query) ? { id: settled.id, json: () => settled.json(store) } : null;
    const { job } = jobOf(item);
    if (!isShown(job, account, query)) return null;
    return { id: job.id, json: async () => JSON.stringify(await publicJob(store, job)) };
  });
  return { ...page, jobs: await Promise.all(jobs.map((job) => job.json())) };
}
