// Create and Retry of the job core, over the interleavings of two callers with a crash after each write.
import { describe, expect, it } from "vitest";
import { createJob } from "../../shared/jobs/asking/create.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { oneByOne } from "../jobs/one-by-one.ts";
import {
  advanceFirst,
  create,
  createOther,
  dyingWhenSubmitting,
  existing,
  exploreScenario,
  failed,
  requireSafe,
  type Scenario,
  sameKey,
} from "./scenario.ts";
import { newJob } from "./world.ts";

/** Interruptions of a way, at most. `create.long.ts` has no bound: many times as many ways. */
const maxSwitches = Number(process.env.CREATE_SWITCHES ?? 2);

const slowCreate: Scenario = {
  credits: 10,
  maxSwitches,
  async setUp(world) {
    // The job is written, its creator has not come to the account yet.
    const { job } = await createJob(
      { ...world.timer, table: oneByOne(world.timer.table), changeAccount: () => Promise.reject(new Error("dead")) },
      newJob(),
      sameKey,
    ).catch(async () => ({ job: (await world.jobs())[0] }));
    return job;
  },
  callers: [
    { name: "creator", run: create },
    { name: "timer", aheadMs: 61_000, table: dyingWhenSubmitting, run: advanceFirst },
  ],
};

describe("Create", () => {
  it("with one key by two callers makes one job and charges once", async () => {
    const exploration = await exploreScenario({
      maxSwitches,
      credits: 10,
      callers: [
        { name: "A", run: create },
        { name: "B", run: create },
      ],
      async expectFinally(world) {
        expect((await world.jobs()).length).toBeLessThanOrEqual(1);
      },
    });
    requireSafe(exploration);
  });

  it("of two jobs with credits for one charges for one and refuses the other", async () => {
    const exploration = await exploreScenario({
      maxSwitches,
      credits: 10,
      callers: [
        { name: "A", run: createOther },
        { name: "B", run: createOther },
      ],
      async expectFinally(world, _, crashed) {
        const completed = (await world.jobs()).filter((job) => job.outcome === "completed");
        expect(completed.length).toBeLessThanOrEqual(1);
        if (crashed.length === 0) expect(completed.length).toBe(1);
      },
    });
    requireSafe(exploration);
  });

  it("meeting the timer that ends unpaid jobs is charged and run, or given back", async () => {
    requireSafe(await exploreScenario(slowCreate));
  });
});

describe("Retry", () => {
  it("by two callers begins one round and charges for it once", async () => {
    const exploration = await exploreScenario({
      maxSwitches,
      credits: 30,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "B", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
      ],
      async expectFinally(world) {
        const [job] = await world.jobs();
        expect(job?.round).toBeLessThanOrEqual(3);
      },
    });
    requireSafe(exploration);
  });

  it("that others have spent the credits of leaves the job failed, with its old error", async () => {
    const exploration = await exploreScenario({
      maxSwitches,
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "B", run: createOther },
      ],
      async expectFinally(world) {
        const job = (await world.jobs()).find((other) => other.round > 1);
        if (job?.outcome === "failed") expect(job.error?.type).toBe("provider_error");
      },
    });
    requireSafe(exploration);
  });

  it("meeting the timer that ends unpaid rounds is charged and run, or given back", async () => {
    const exploration = await exploreScenario({
      maxSwitches,
      credits: 10,
      setUp: failed,
      callers: [
        { name: "A", run: (deps, job) => retryJob(deps, keyOf(existing(job))) },
        { name: "timer", aheadMs: 61_000, table: dyingWhenSubmitting, run: advanceFirst },
      ],
    });
    requireSafe(exploration);
  });
});
