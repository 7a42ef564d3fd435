// Ending of the job core, over the interleavings of two callers with a crash after each write.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, keyOf } from "../../shared/jobs/job.ts";
import { endJob, settleJob } from "../../shared/jobs/money/ending.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import {
  advanceFirst,
  created,
  existing,
  exploreScenario,
  failed,
  requireSafe,
  type Scenario,
  storing,
} from "./scenario.ts";
import { userId } from "./world.ts";

/** Interruptions of a way, at most. `ending.long.ts` has one more: many times as many ways. */
const maxSwitches = Number(process.env.ENDING_SWITCHES ?? 2);

describe("Ending", () => {
  const end = (outcome: "completed" | "cancelled") => (deps: JobDeps, job: Job | undefined) =>
    endJob(deps, keyOf(existing(job)), 1, (current, now) => ({
      ...(outcome === "completed"
        ? toEnded(current, now, { outcome, outputs: [], captured: 10 })
        : toEnded(current, now, { outcome, captured: 0 })),
      paidRound: 1,
    }));

  it("by two callers in two ways is decided by one, and the hold follows that one", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: created,
      callers: [
        { name: "A", run: end("completed") },
        { name: "B", run: end("cancelled") },
      ],
    });
    requireSafe(exploration);
  });

  it("by the last record and by the deadline captures or releases, never both", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: storing,
      maxSwitches,
      callers: [
        {
          name: "persist",
          run: (deps, job) => persistOutput(deps, { ...keyOf(existing(job)), attempt: 1, index: 0 }),
        },
        { name: "timer", aheadMs: 901_000, run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  it("by two who persist the same output completes the job once", async () => {
    const persist = (deps: JobDeps, job: Job | undefined) =>
      persistOutput(deps, { ...keyOf(existing(job)), attempt: 1, index: 0 });
    const exploration = await exploreScenario({
      credits: 10,
      setUp: storing,
      maxSwitches,
      callers: [
        { name: "A", run: persist },
        { name: "B", run: persist },
      ],
      async expectFinally(world) {
        expect((await world.jobs()).map((job) => [job.outcome, job.outputs.length])).toEqual([["completed", 1]]);
      },
    });
    requireSafe(exploration);
  });

  it("by cancel and by the provider's failure gives the credits back once (F24)", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      provider: {
        start: () => ({ state: "failed", failure: { type: "moderation_blocked", message: "no", retryable: false } }),
      },
      setUp: created,
      maxSwitches,
      callers: [
        { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
        { name: "run-job", run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  it("by cancel, while the provider takes the job, leaves no task running", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      provider: { lostSubmit: "lookUp", start: () => ({ state: "started", task: { id: "t" }, checkAfterMs: 1000 }) },
      setUp: created,
      maxSwitches,
      callers: [
        { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
        { name: "run-job", run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });

  const settleTwice: Scenario = {
    credits: 10,
    setUp: created,
    callers: [
      { name: "user", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) },
      { name: "review", aheadMs: 121_000, run: (deps) => reviewAccount(deps, userId) },
    ],
  };

  it("meeting the review of holds gives the credits back once", async () => {
    requireSafe(await exploreScenario(settleTwice));
  });

  it("settled by two gives the credits back once", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => settleJob(deps, keyOf(existing(job)), 1) },
        { name: "B", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
      ],
    });
    requireSafe(exploration);
  });
});
