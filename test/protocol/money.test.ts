// What the rule about money is for, over all interleavings of two callers with a crash after each write.
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, jobItem, keyOf, readJob } from "../../shared/jobs/job.ts";
import { settleJob } from "../../shared/jobs/money/ending.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import type { Table } from "../../shared/ports/table.ts";
import { advanceFirst, created, existing, exploreScenario, failed, readingOnce } from "./scenario.ts";
import { userId } from "./world.ts";

describe("The rule about money", () => {
  /** A caller that does not read the job again after the account, but goes on with what it saw before. */
  const readingOnceOnly = (table: Table) => readingOnce(table, `user#${userId}`);

  it("takes no hold from a round that runs: without the second read of the job a retry could run unpaid", async () => {
    const exploration = await exploreScenario({
      credits: 30,
      maxSwitches: 3,
      setUp: failed,
      callers: [
        { name: "settler", table: readingOnceOnly, run: (deps, job) => settleKnown(deps, existing(job)) },
        {
          name: "user",
          async run(deps, job) {
            await retryJob(deps, keyOf(existing(job)));
            await advanceFirst(deps, job);
          },
        },
      ],
    });
    expect(exploration.violation).not.toBeNull();
  });

  it("settles before a job reads as ended: without the second read of the job its hold would still be there", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: created,
      callers: [
        { name: "canceller", table: readingOnceOnly, run: (deps, job) => cancelKnown(deps, existing(job)) },
        { name: "review", aheadMs: 121_000, run: (deps) => reviewAccount(deps, userId) },
      ],
    });
    expect(exploration.violation).not.toBeNull();
  });
});

/** Looks at the job, as whoever cancels has done before, then ends and settles it. */
async function cancelKnown(deps: JobDeps, job: Job): Promise<void> {
  const known = await readJob(deps.table, keyOf(job));
  const cancelled = toEnded(existing(known?.job), deps.clock.now(), { outcome: "cancelled", captured: 0 });
  await deps.table.put(jobItem({ ...cancelled, paidRound: 1 }), { version: known?.version ?? 0 });
  await settleJob(deps, keyOf(job), 1);
}

/** Looks at the job, as whoever settles has done before, and settles. */
async function settleKnown(deps: JobDeps, job: Job): Promise<void> {
  await readJob(deps.table, keyOf(job));
  await settleJob(deps, keyOf(job), job.round);
}
