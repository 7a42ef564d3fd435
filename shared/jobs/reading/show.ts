// Jobs as their user sees them, in JSON.
import type { RequestStore } from "../../ports/object-store.ts";
import type { RequestDeps } from "../deps.ts";
import { type Job, type JobKey, jobItemKey, jobOf } from "../job.ts";
import { nudgeIfLate } from "../moving/tickets.ts";
import { publicJob, shownKeys, withUrls } from "./public-job.ts";
import { findJob, fits, isShown, type JobPage, type JobQuery, listAs } from "./read.ts";
import { type Showable, settledJob } from "./settled-job.ts";

/** The job; one that is late is hurried. Throws `not_found` as `findJob` does. */
export async function showJob(deps: RequestDeps, key: JobKey): Promise<string> {
  const item = await deps.table.get(jobItemKey(key));
  const settled = item && settledJob(item);
  if (settled) return settled.json(await urlsOf(deps.store, settled.keys));
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
    if (settled) return fits(settled, query) ? settled : null;
    const { job } = jobOf(item);
    return isShown(job, account, query) ? showable(job) : null;
  });
  const urls = await urlsOf(
    store,
    jobs.flatMap(({ keys }) => keys),
  );
  return { ...page, jobs: jobs.map(({ keys, json }) => json(urls.splice(0, keys.length))) };
}

/** One that goes on is another one at each look. */
function showable(job: Job): Showable {
  const keys = shownKeys(job);
  return { id: job.id, keys, json: (urls) => JSON.stringify(withUrls(job, urls)) };
}

function urlsOf(store: RequestStore, keys: readonly string[]): Promise<string[]> {
  return Promise.all(keys.map((key) => store.url(key)));
}
