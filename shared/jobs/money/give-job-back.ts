// The room that a deleted job took goes back to its user, and it is counted among the jobs that are gone: the ledger keeps its lines.
import type { Account } from "../../credits/account.ts";
import { giveBack } from "../../credits/give-back.ts";
import { withUsedBytes } from "../../credits/storage.ts";
import type { CoreDeps } from "../deps.ts";
import { type Job, type JobKey, jobItemKey, readJob } from "../job.ts";
import { updateJob } from "../update.ts";
import { keptBytes } from "./kept-bytes.ts";

/** For a job that is marked as deleted. Repeating it is safe; when it answers, it was done. */
export function giveJobBack(deps: CoreDeps, key: JobKey): Promise<void> {
  return giveBack<Job>(deps, key.userId, {
    sort: jobItemKey(key).sort,
    async read() {
      const job = (await readJob(deps.table, key))?.job;
      return job?.deletion && !job.deletion.isGivenBack ? job : null;
    },
    take: without,
    async markDone() {
      await updateJob(deps, key, (job) =>
        job.deletion && !job.deletion.isGivenBack ? { ...job, deletion: { ...job.deletion, isGivenBack: true } } : null,
      );
    },
  });
}

function without(account: Account, job: Job): Account {
  const { jobs, spent } = account.deletedJobs ?? { jobs: 0, spent: 0 };
  return {
    ...withUsedBytes(account, -keptBytes(job)),
    jobs: account.jobs - 1,
    deletedJobs: { jobs: jobs + 1, spent: spent + job.captured },
  };
}
