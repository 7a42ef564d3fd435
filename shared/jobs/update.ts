// The one way to change a job (items/update).
import type { Kind } from "../items/kind.ts";
import { type UpdateDeps, updateItem } from "../items/update.ts";
import { asSeenAt } from "../items/watched-time.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import { type Job, type JobKey, jobItem, jobItemKey, jobOf, type StoredJob } from "./job.ts";
import { measureEnding } from "./measures.ts";
import { tellMove } from "./telling.ts";

interface Deps extends UpdateDeps {
  log: Log;
  metrics: Metrics;
}

/**
 * Writes what `change` makes of the job. `change` is pure and is asked anew whenever somebody else was faster; it gives null when
 * nothing is to be written. Answers the job as it is now and whether it was this call that wrote it; null when there is no job.
 * `known` saves the first read. What `change` gets is what this clock would have written.
 */
export async function updateJob(
  deps: Deps,
  key: JobKey,
  change: (job: Job) => Job | null,
  known?: StoredJob,
): Promise<(StoredJob & { isWritten: boolean }) | null> {
  const stored = known && { value: known.job, version: known.version };
  const updated = await updateItem(deps, jobKind(deps), jobItemKey(key), change, stored);
  return updated && { job: updated.value, version: updated.version, isWritten: updated.isWritten };
}

export function jobKind({ metrics, log }: Pick<Deps, "metrics" | "log">): Kind<Job> {
  return {
    async read(table, key) {
      const item = await table.get(key);
      if (!item) return null;
      const { job, version } = jobOf(item);
      return { value: job, version };
    },
    item: jobItem,
    seen: asSeenAt,
    wrote(before, after) {
      measureEnding(metrics, before, after);
      tellMove(log, before, after);
    },
  };
}
