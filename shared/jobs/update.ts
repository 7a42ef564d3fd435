// The one way to change a job: read it, decide, write it if nobody else has; else read it again and decide again.
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Table } from "../ports/table.ts";
import { type Job, type JobKey, jobItem, readJob, type StoredJob } from "./job.ts";
import { measureEnding } from "./measures.ts";
import { tellMove } from "./telling.ts";
import { asSeenAt } from "./timers/watched-time.ts";

interface Deps {
  table: Table;
  clock: Clock;
  ids: Ids;
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
  let current = known ?? (await readJob(deps.table, key));
  for (let conflicts = 0; current; conflicts++) {
    const changed = change(asSeenAt(current.job, deps.clock.now()));
    if (!changed) return { ...current, isWritten: false };
    const next = { ...changed, writtenAt: deps.clock.now() };
    const version = await deps.table.put(jobItem(next), { version: current.version });
    if (version !== null) {
      measureEnding(deps.metrics, current.job, next);
      tellMove(deps.log, current.job, next);
      return { job: next, version, isWritten: true };
    }
    if (conflicts > 0) await deps.clock.sleep(Math.min(100, 2 ** conflicts) * deps.ids.random());
    current = await readJob(deps.table, key);
  }
  return null;
}
