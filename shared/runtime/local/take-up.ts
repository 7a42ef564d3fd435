// What a start finds under way: jobs of a process that was stopped, or died.
import { unfinishedJobs } from "../../jobs/reading/unfinished.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Table } from "../../ports/table.ts";

const MOST_LOOKED_AT = 200;
const MOST_NAMED = 20;

/** One line when there are any. What cannot be told stops no start. */
export async function tellTakenUp({ table, clock, log }: { table: Table; clock: Clock; log: Log }): Promise<void> {
  try {
    const { jobs, more } = await unfinishedJobs(table, clock.now(), MOST_LOOKED_AT);
    if (jobs.length === 0) return;
    const phases = Object.fromEntries(
      [...Map.groupBy(jobs, ({ phase }) => phase)].map(([key, all]) => [key, all.length]),
    );
    const jobIds = jobs.slice(0, MOST_NAMED).map(({ id }) => id);
    log.info({ jobs: jobs.length, ...(more > 0 && { atMostMore: more }), phases, jobIds }, "jobs are taken up again");
  } catch (error) {
    log.warn({ error }, "it could not be told which jobs are taken up again");
  }
}
