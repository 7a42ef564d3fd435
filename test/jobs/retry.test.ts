// Retries by the user: each is a round of its own, paid for anew.
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type Job, type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, itemPut, jobPut } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";

const open = worlds();

/** A job that fails each time but for those starts. */
async function failed(options: WorldOptions = {}, succeedsAt: number[] = []) {
  const w = await open({
    ...options,
    provider: {
      start: (n) => (succeedsAt.includes(n) ? delivered(1) : failing({ message: `failure ${n}`, retryable: false })),
    },
  });
  const key = keyOf(await w.create());
  await w.run();
  return { w, key };
}

function refusalOf(retrying: Promise<Job>): Promise<string> {
  return retrying.then(
    (job) => `round ${job.round}`,
    (error) => (error instanceof AppError ? error.type : String(error)),
  );
}

async function retryAndRun(w: World, key: JobKey): Promise<void> {
  await retryJob(w.deps, key);
  await w.run();
}

describe("A retry", () => {
  it("charges again for a round with a deadline of its own, and writes its ticket", async () => {
    const { w, key } = await failed({}, [1]);
    w.clock.pass(600_000);
    const pending = await retryJob(w.deps, key);
    expect([pending.round, pending.deadlineAt, pending.attemptsInRound]).toEqual([2, w.clock.now() + 900_000, 0]);
    expect((await publicJob(w.store, pending)).status).toBe("pending");
    expect((await w.objects("temp/tickets/")).map((object) => object.key.split("/").at(-1))).toEqual(["2-1"]);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10", "charge -10"]);
  });

  it("is possible three times, and not a fourth time", async () => {
    const { w, key } = await failed();
    for (let retries = 0; retries < 3; retries++) await retryAndRun(w, key);
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
    expect((await w.job()).round).toBe(4);
    expect((await w.account()).balance).toBe(100);
  });

  it("without the credits is refused, changes nothing and does not count", async () => {
    const { w, key } = await failed({ credits: 10 });
    await w.create();
    const before = await w.job(key);
    for (let tries = 0; tries < 4; tries++) expect(await refusalOf(retryJob(w.deps, key))).toBe("insufficient_credits");
    expect(await w.job(key)).toEqual(before);
  });

  it("whose credits are spent by another job at the last moment leaves the job failed with its old error, and does not count", async () => {
    const { w, key } = await failed({ credits: 10 });
    const before = await w.job(key);
    const slow = w.process({
      async around(call, act) {
        const answer = await act();
        if (jobPut(call)?.round === 2 && jobPut(call)?.outcome === null) await w.create();
        return answer;
      },
    });
    expect(await refusalOf(retryJob(slow, key))).toBe("insufficient_credits");
    const shown = await publicJob(w.store, await w.job(key));
    expect([shown.status, shown.error, (await w.job(key)).retries]).toEqual(["failed", before.error, 0]);
  });

  it("past the number of unfinished jobs is refused for now", async () => {
    const { w, key } = await failed({ settings: { maxActiveJobs: 1 } });
    await w.create();
    expect(await refusalOf(retryJob(w.deps, key))).toBe("rate_limited");
  });

  it("by two at once charges once", async () => {
    const { w, key } = await failed({}, [1]);
    const answers = await Promise.all([w.deps, w.process()].map((deps) => refusalOf(retryJob(deps, key))));
    expect(answers).toContain("round 2");
    expect((await w.account()).holds).toHaveLength(1);
  });

  it("of a job that waits for its first run, that runs, or that has completed, is a conflict", async () => {
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? running() : delivered(1)) },
    });
    const key = keyOf(await w.create());
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
    await w.run();
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
    await w.rest();
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
  });

  it("of a job whose failure is decided and not given back yet is a conflict", async () => {
    const w = await open({ provider: { start: () => failing({ retryable: false }) } });
    const key = keyOf(await w.create());
    const dead = dying((call) => (jobPut(call)?.phase === "ended" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
  });

  it("of a job that belongs to somebody else, or to nobody, is not found", async () => {
    const { w, key } = await failed();
    const other = "01900000-0000-7000-8000-00000000bbbb";
    expect(await refusalOf(retryJob(w.deps, { ...key, userId: other }))).toBe("not_found");
    expect(await refusalOf(retryJob(w.deps, { ...key, jobId: other }))).toBe("not_found");
  });

  it("leaves no trace of an earlier round in the job that then completes", async () => {
    const w = await open({
      provider: { start: (n) => (n === 0 ? started("T1") : delivered(1)), check: () => running(60, 60_000) },
    });
    const key = keyOf(await w.create());
    await w.runFor(900_000);
    await w.rest();
    expect((await publicJob(w.store, await w.job())).providerCancel).toBe("done");
    await retryAndRun(w, key);
    const shown = await publicJob(w.store, await w.job());
    expect([shown.status, shown.error, shown.progress, shown.round, shown.attempts]).toEqual([
      "completed",
      null,
      100,
      2,
      2,
    ]);
    expect(shown).not.toHaveProperty("providerCancel");
  });
});

describe("A retry whose answer was lost, and that is sent again", () => {
  it("is a conflict while its round goes on and when that has made the job, which is paid for once", async () => {
    const w = await open({
      provider: {
        start: (n) => (n === 0 ? failing({ retryable: false }) : started("T1")),
        check: (n) => (n === 0 ? running() : delivered(1)),
      },
    });
    const key = keyOf(await w.create());
    await w.run();
    await retryJob(w.deps, key);
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
    await w.run();
    expect([(await w.job()).outcome, await refusalOf(retryJob(w.deps, key))]).toEqual([null, "conflict"]);
    await w.rest();
    expect([(await w.job()).outcome, await refusalOf(retryJob(w.deps, key))]).toEqual(["completed", "conflict"]);
    expect([(await w.job()).round, await w.bookings()]).toEqual([2, ["charge -10", "refund 10", "charge -10"]]);
  });

  it("begins another round when its own has failed as well and was given back: what is made is paid for once", async () => {
    const { w, key } = await failed({}, [2]);
    await retryAndRun(w, key);
    await retryAndRun(w, key);
    expect([(await w.job()).outcome, await refusalOf(retryJob(w.deps, key))]).toEqual(["completed", "conflict"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10", "charge -10", "refund 10", "charge -10"]);
    expect((await w.account()).balance).toBe(90);
  });
});

describe("A process that dies while it retries", () => {
  it("before the round is paid for leaves a job that is failed again after a minute, with its old error and its retries", async () => {
    const { w, key } = await failed();
    const before = await w.job();
    const dead = dying((call) => (jobPut(call)?.round === 2 ? "after" : null));
    await retryJob(w.process({ around: dead.around }), key).catch(() => undefined);
    expect((await w.job()).phase).toBe("queued");
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error, job.retries]).toEqual(["failed", before.error, 0]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("before the round is paid for lets the user try again at once", async () => {
    const { w, key } = await failed({}, [1]);
    const dead = dying((call) => (jobPut(call)?.round === 2 ? "after" : null));
    await retryJob(w.process({ around: dead.around }), key).catch(() => undefined);
    expect(await refusalOf(retryJob(w.deps, key))).toBe("round 2");
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("once the round is paid for leaves a job that the timer runs", async () => {
    const { w, key } = await failed({}, [1]);
    const dead = dying((call) => (itemPut(call)?.sort === "account" ? "after" : null));
    await retryJob(w.process({ around: dead.around }), key).catch(() => undefined);
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.round]).toEqual(["completed", 2]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10", "charge -10"]);
  });
});
