// Jobs that nobody has paid for, and holds whose job is looked at.
import { describe, expect, it } from "vitest";
import { accountItem } from "../../shared/credits/account.ts";
import { placeHold } from "../../shared/credits/holds.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { IdempotencyKey } from "../../shared/jobs/asking/idempotency.ts";
import { type JobKey, jobItem, keyOf, readJob } from "../../shared/jobs/job.ts";
import { holdForRound } from "../../shared/jobs/money/hold.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { findJob, listJobs } from "../../shared/jobs/reading/read.ts";
import { toClosing, toNextRound } from "../../shared/jobs/states.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { type Call, dying, itemPut, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { newJob, userId } from "./request.ts";

const open = worlds();
const sameKey: IdempotencyKey = { key: "k", route: "generate-image", body: { prompt: "a lake" } };

/** A world in which a creator has died at this call. */
async function abandoned(at: (call: Call) => "before" | "after" | null, options: WorldOptions = {}) {
  const w = await open(options);
  const dead = dying(at);
  await createJob(w.process({ around: dead.around }), newJob(), sameKey).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
  const [job] = await w.jobs();
  if (!job) throw new Error("the creator died too early");
  return { w, key: keyOf(job) };
}

const afterJob = (call: Call) => (jobPut(call) ? "after" : null);
const afterHold = (call: Call) => (itemPut(call)?.sort === "account" ? "after" : null);

function refusalOf(finding: Promise<unknown>): Promise<string> {
  return finding.then(
    () => "found",
    (error) => (error instanceof AppError ? error.type : String(error)),
  );
}

async function visible(w: World, key: JobKey): Promise<[string, number, number | null]> {
  const page = await listJobs(w.table, userId, { limit: 10 });
  return [await refusalOf(findJob(w.deps, key)), page.jobs.length, page.total];
}

describe("A job without a hold", () => {
  it("does not exist for its user: not found, not listed, not counted", async () => {
    const { w, key } = await abandoned(afterJob);
    expect(await visible(w, key)).toEqual(["not_found", 0, 0]);
  });

  it("is left alone for a minute by the timer, and then ended for good", async () => {
    const { w, key } = await abandoned(afterJob);
    const createdAt = w.clock.now();
    w.clock.pass(10_000);
    await w.tick();
    expect((await w.job(key)).phase).toBe("queued");
    expect(await w.indexedAt(key)).toBe(createdAt + 60_000);
    w.clock.moveTo(createdAt + 59_999);
    await w.tick();
    expect((await w.job(key)).phase).toBe("queued");
    w.clock.pass(1);
    await w.rest();
    const job = await w.job(key);
    expect([job.phase, job.outcome, job.paidRound]).toEqual(["closed", "failed", 0]);
    expect(await visible(w, key)).toEqual(["not_found", 0, 0]);
    expect(await w.bookings()).toEqual([]);
    expect(w.provider.calls).toEqual([]);
  });

  it("goes on with a repeat of its key, which charges once", async () => {
    const { w, key } = await abandoned(afterJob);
    const { job, isNew } = await createJob(w.deps, newJob(), sameKey);
    expect([job.id, isNew]).toEqual([key.jobId, true]);
    await w.rest();
    expect((await w.job(key)).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("is run at once when the repeat comes after the timer's first look", async () => {
    const { w, key } = await abandoned(afterJob);
    w.clock.pass(10_000);
    await w.tick();
    w.clock.pass(5000);
    await createJob(w.deps, newJob(), sameKey);
    await w.run(w.deps, key);
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("that was ended is opened again by a repeat of its key, as its next round", async () => {
    const { w, key } = await abandoned(afterJob);
    await w.rest();
    const { job, isNew } = await createJob(w.deps, newJob(), sameKey);
    expect([job.id, job.round, job.retries, isNew]).toEqual([key.jobId, 2, 0, true]);
    expect(job.deadlineAt).toBe(w.clock.now() + 900_000);
    await w.rest();
    expect((await w.job(key)).outcome).toBe("completed");
    expect(await visible(w, key)).toEqual(["found", 1, 1]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("that was ended and cannot be paid for stays unseen", async () => {
    const { w, key } = await abandoned(afterJob, { credits: 10 });
    await w.rest();
    await w.create();
    expect(await refusalOf(createJob(w.deps, newJob(), sameKey))).toBe("insufficient_credits");
    expect((await visible(w, key))[0]).toBe("not_found");
    await w.rest();
    expect((await w.account()).jobs).toBe(1);
  });
});

describe("A creator that dies", () => {
  it("with the hold placed and no ticket written leaves a job that the timer runs", async () => {
    const { w, key } = await abandoned(afterHold);
    expect(await visible(w, key)).toEqual(["found", 1, 1]);
    w.clock.pass(10_000);
    await w.tick();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start"]);
    await w.rest();
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("with the hold placed is answered with the same job when it repeats itself, and charged once", async () => {
    const { w, key } = await abandoned(afterHold);
    const { job, isNew } = await createJob(w.deps, newJob(), sameKey);
    expect([job.id, isNew]).toEqual([key.jobId, false]);
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("because no ticket can be written does not die: the job is accepted", async () => {
    const w = await open();
    const full = w.process({
      async around(call, act) {
        if (objectOf(call, "put")) throw new Error("the store is full");
        return act();
      },
    });
    expect((await w.createBy(full)).phase).toBe("queued");
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("The number of jobs", () => {
  it("counts those that were paid for, however they ended", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(1)) } });
    await w.create();
    await w.create();
    await w.create({ price: 0 });
    const dead = dying(afterJob);
    await w.createBy(w.process({ around: dead.around })).catch(() => undefined);
    expect((await listJobs(w.table, userId, { limit: 10 })).total).toBe(3);
    await w.rest();
    expect((await listJobs(w.table, userId, { limit: 10 })).total).toBe(3);
    expect((await listJobs(w.table, userId, { limit: 10 })).jobs).toHaveLength(3);
  });

  it("includes a job that we gave up on before it was ever submitted", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    const defect = w.process({
      async around(call, act) {
        if (jobPut(call)?.phase === "submitting") throw new TypeError("undefined is not a function");
        return act();
      },
    });
    for (let looks = 0; (await w.job()).outcome === null && looks < 20; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.tick(defect);
    }
    expect((await w.job()).error?.type).toBe("internal");
    expect(await visible(w, key)).toEqual(["found", 1, 1]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("A hold that has outlived its time", () => {
  const expiry = 2 * 60_000;

  it("is not looked at before", async () => {
    const w = await open({ provider: { start: () => started("T1", 600_000) } });
    await w.create();
    await w.run();
    const before = await w.account();
    w.clock.pass(expiry - 1);
    await reviewAccount(w.deps, userId);
    expect(await w.account()).toEqual(before);
  });

  it("of an unfinished job is extended behind the job's deadline", async () => {
    const w = await open({ provider: { start: () => started("T1", 600_000) } });
    const { deadlineAt } = await w.create();
    await w.run();
    w.clock.pass(expiry);
    await reviewAccount(w.deps, userId);
    expect((await w.account()).holds.map((hold) => hold.expiresAt)).toEqual([deadlineAt + expiry]);
  });

  it("of a completed job is captured, and the job then reads as ended", async () => {
    const w = await open();
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "ended" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    w.clock.pass(expiry);
    await reviewAccount(w.deps, userId);
    expect([(await w.account()).holds, (await w.account()).spent]).toEqual([[], 10]);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("of a failed job is given back", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "ended" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    w.clock.pass(expiry);
    await reviewAccount(w.deps, userId);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("of a job that does not exist is given back, and the job is not counted", async () => {
    const w = await open();
    const { account, version } = await stored(w);
    const lost = { jobId: "01900000-0000-7000-8000-00000000dddd", round: 1, amount: 7, isFirst: true };
    const booking = { lineId: w.deps.ids.uuid(), description: "Image job", now: w.clock.now() };
    await w.table.put(accountItem(placeHold(account, lost, booking)), { version });
    w.clock.pass(expiry);
    await w.tick();
    expect(await w.bookings()).toEqual(["charge -7", "refund 7"]);
    expect((await w.account()).jobs).toBe(0);
  });

  it("of an older round is given back, while the round after it goes on", async () => {
    const w = await open({
      credits: 20,
      provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : started("T1", 600_000)) },
    });
    const key = keyOf(await w.create());
    const keepsHold = w.process({
      async around(call, act) {
        if (itemPut(call)?.sort === "account") throw new Error("the table is busy");
        return act();
      },
    });
    await w.run(keepsHold);
    expect((await w.job()).phase).toBe("ended");
    const { version } = (await readJob(w.table, key)) ?? { version: 0 };
    await w.table.put(jobItem(toNextRound(toClosing(await w.job(), w.clock.now()), w.clock.now())), { version });
    await holdForRound(w.deps, key, 2);
    expect((await w.account()).holds.map((hold) => hold.round)).toEqual([1, 2]);
    w.clock.pass(expiry);
    await reviewAccount(w.deps, userId);
    expect((await w.account()).holds.map((hold) => hold.round)).toEqual([2]);
    expect(await w.bookings()).toEqual(["charge -10", "charge -10", "refund 10"]);
  });

  it("keeps the account in the due index for as long as there is one", async () => {
    const w = await open({ provider: { start: () => started("T1", 600_000) } });
    await w.create();
    const dueAt = async () => (await w.table.get({ partition: `user#${userId}`, sort: "account" }))?.due?.at;
    expect(await dueAt()).toBe(w.clock.now() + expiry);
    await w.rest();
    expect(await dueAt()).toBeUndefined();
  });
});

async function stored(w: World) {
  const item = await w.table.get({ partition: `user#${userId}`, sort: "account" });
  return { account: await w.account(), version: item?.version ?? 0 };
}
