// How many jobs a month had, and how long run-job stayed with them, by the configured table.
import { join } from "node:path";
import type { Config } from "../../shared/config/config.ts";
import type { Job } from "../../shared/jobs/job.ts";
import { cloudLedgers } from "../cloud-ledgers.ts";
import { fileLedgers } from "../file-ledgers.ts";

/** run-job leaves a job whose provider takes longer to the timer. */
const LONGEST_STAY_S = 60;

export interface JobsOfMonth {
  jobs: number;
  secondsPerJob: number;
}

/** `month`: 2026-11, of UTC. Dry runs take as much as others. In DynamoDB it reads the whole table. */
export async function jobsOfMonth(config: Config, month: string): Promise<JobsOfMonth> {
  const sum = { jobs: 0, seconds: 0 };
  const add = (jobs: Iterable<Job>) => {
    for (const { createdAt, startedAt, completedAt, paidRound } of jobs) {
      if (paidRound === 0 || new Date(createdAt).toISOString().slice(0, 7) !== month) continue;
      sum.jobs += 1;
      const tookMs = startedAt === null || completedAt === null ? 0 : completedAt - startedAt;
      sum.seconds += Math.min(LONGEST_STAY_S, Math.max(0, tookMs / 1000));
    }
  };
  if (config.table.provider === "sqlite") {
    for (const _ of fileLedgers(join(config.dataDir, "table.sqlite"), ({ jobs }) => add(jobs)));
  } else for await (const { jobs } of cloudLedgers(config)) add(jobs);
  return { jobs: sum.jobs, secondsPerJob: sum.jobs === 0 ? 0 : sum.seconds / sum.jobs };
}
