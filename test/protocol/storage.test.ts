// Room in the store over interleavings with whatever else is under way, with a crash after each write: it is given once, and comes back once.
import { describe, expect, it } from "vitest";
import { accountItem, readAccount } from "../../shared/credits/account.ts";
import { deleteJob } from "../../shared/jobs/asking/delete-job.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type Job, keyOf } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import { endJob } from "../../shared/jobs/money/ending.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { toEnded } from "../../shared/jobs/states.ts";
import { type Caller, created, existing, exploreScenario, failed, requireSafe, storing } from "./scenario.ts";
import { type SmallWorld, userId } from "./world.ts";

const deleter = (name: string): Caller => ({ name, run: (deps, job) => deleteJob(deps, keyOf(existing(job))) });
const SIZE = 1000;

const output = {
  index: 0,
  type: "image",
  key: `users/${userId}/jobs/j/image-1-0.png`,
  size: SIZE,
  sha256: "",
  extension: "png",
  contentType: "image/png",
  width: 1,
  height: 1,
  durationMs: null,
  createdAt: 0,
} as const;

/** A job that has completed with an output of SIZE bytes. */
async function completed(world: SmallWorld): Promise<Job> {
  const job = await created(world);
  const ended = await endJob(world.timer, keyOf(job), 1, (current, now) => ({
    ...toEnded(current, now, { outcome: "completed", outputs: [output], captured: 10 }),
    paidRound: 1,
  }));
  return existing(ended ?? undefined);
}

/** What the account says is what the records say, and nothing waits to be given back. */
async function expectCounted(world: SmallWorld): Promise<void> {
  const account = (await readAccount(world.timer.table, userId))?.account;
  if (!account) throw new Error("the account is gone");
  const jobs = await world.jobs();
  const said = checkLedger({ account, olderLines: [], jobs, uploads: [] }, world.clock.now());
  expect(said).toEqual([]);
  expect([account.givenBack ?? [], account.jobs + (account.deletedJobs?.jobs ?? 0)]).toEqual([[], 1]);
  expect(account.usedBytes).toBe(
    jobs.reduce((sum, job) => sum + job.outputs.reduce((all, { size }) => all + size, 0), 0),
  );
}

describe("Deleting a job", () => {
  it("by two gives its room back once", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      maxSwitches: 2,
      setUp: completed,
      callers: [deleter("A"), deleter("B")],
      expectFinally: expectCounted,
    });
    requireSafe(exploration);
  });

  it("meeting a retry: it is deleted, or tried again, never both", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      maxSwitches: 1,
      setUp: failed,
      callers: [deleter("deleter"), { name: "retrier", run: (deps, job) => retryJob(deps, keyOf(existing(job))) }],
      async expectFinally(world) {
        const account = (await readAccount(world.timer.table, userId))?.account;
        expect([account?.jobs, account?.deletedJobs?.jobs ?? 0].toSorted()).toEqual([0, 1]);
      },
    });
    requireSafe(exploration);
  });

  it("meeting the first count of an account that never counted: what it keeps counts until it is gone, and no longer", async () => {
    const exploration = await exploreScenario({
      credits: 10,
      maxSwitches: 2,
      async setUp(world) {
        const job = await completed(world);
        const { table } = world.timer;
        const item = await table.get({ partition: `user#${userId}`, sort: "account" });
        if (!item) throw new Error("the account is gone");
        const { usedBytes: _, ...data } = item.data;
        await table.put({ ...item, data }, { version: item.version });
        return job;
      },
      callers: [deleter("deleter"), { name: "counter", run: (deps) => countStorage(deps, userId) }],
      async expectFinally(world) {
        await countStorage(world.timer, userId);
        await expectCounted(world);
      },
    });
    requireSafe(exploration);
  });
});

/** A round whose output waits to be kept, and for which no room was set aside with its hold. */
async function roomless(world: SmallWorld): Promise<Job> {
  const job = await storing(world);
  const stored = await readAccount(world.timer.table, userId);
  if (!stored) throw new Error("the account is gone");
  const holds = stored.account.holds.map((hold) => ({ ...hold, bytes: 0 }));
  await world.timer.table.put(accountItem({ ...stored.account, holds }), { version: stored.version });
  return job;
}

describe("Setting room aside", () => {
  it("meeting the end of the round and another who sets it aside: none of it stays, and what is kept counts once", async () => {
    const persist: Caller["run"] = (deps, job) =>
      persistOutput(deps, { ...keyOf(existing(job)), attempt: 1, index: 0 });
    const cancel: Caller["run"] = (deps, job) =>
      endJob(deps, keyOf(existing(job)), 1, (current, now) => ({
        ...toEnded(current, now, { outcome: "cancelled", captured: 0 }),
        paidRound: 1,
      }));
    const exploration = await exploreScenario({
      credits: 10,
      maxSwitches: 2,
      setUp: roomless,
      callers: [
        { name: "A", run: persist },
        { name: "B", run: cancel },
      ],
      expectFinally: expectCounted,
    });
    requireSafe(exploration);
  });
});
