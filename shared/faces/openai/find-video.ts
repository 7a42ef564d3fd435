// A job that makes a video; of other kinds nothing is told here.
import { AppError } from "../../errors/app-error.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import { nudgeIfLate } from "../../jobs/moving/tickets.ts";
import { findJob } from "../../jobs/reading/read.ts";

/** Throws `not_found`. One that is late is hurried. */
export async function findVideo(deps: RequestDeps, key: JobKey): Promise<Job> {
  const job = await findJob(deps, key);
  if (job.type !== "video") throw new AppError("not_found");
  await nudgeIfLate(deps, job);
  return job;
}
