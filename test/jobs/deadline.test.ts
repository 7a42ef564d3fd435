// The deadline: nothing outlives it, and what comes after it is not delivered.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import type { CheckOutcome, StartOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, held, running, started } from "./outcomes.ts";
import { frozen } from "./test-clock.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

/** So short that whoever comes when it is over is not late. */
const short = { deadlineMs: 100_000 };

async function passDeadline(w: World): Promise<void> {
  w.clock.moveTo((await w.job()).deadlineAt);
  await w.tick();
}

function called(w: World, name: string): number {
  return w.provider.calls.filter((call) => call.name === name).length;
}

describe("At its deadline", () => {
  it("a job whose provider never finishes has failed and its credits are given back, once", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => running(50, 30_000) } });
    const { deadlineAt } = await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.error?.retryable]).toEqual(["failed", "deadline_exceeded", true]);
    expect(job.completedAt).toBe(deadlineAt);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("a job is ended over a live lease, and its owner can do nothing to it any more", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    await w.create({ deadlineMs: 10_000 });
    const owner = w.run();
    await first.asked;
    await passDeadline(w);
    const ended = await w.job();
    expect([ended.outcome, ended.lease]).toEqual(["failed", null]);
    first.answer(delivered(1));
    await owner;
    expect((await w.job()).outcome).toBe("failed");
  });

  it("a job that is looked at by run-job ends in the same way", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => running() } });
    const { deadlineAt } = await w.create(short);
    w.clock.moveTo(deadlineAt);
    await w.run();
    const job = await w.job();
    expect([job.error?.type, called(w, "start")]).toEqual(["deadline_exceeded", 0]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("what the provider still has is cancelled there", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => running() } });
    await w.create(short);
    await w.run();
    await passDeadline(w);
    await w.rest();
    expect(w.provider.calls.filter((call) => call.name === "cancel").map((call) => call.task)).toEqual(["T1"]);
    expect((await w.job()).providerCancel).toBe("done");
  });

  it("a job that was asked for and never paid for ends as if it had never been", async () => {
    const w = await open();
    const dead = dying((call) => (jobPut(call) ? "after" : null));
    await w.createBy(w.process({ around: dead.around }), { deadlineMs: 5000 }).catch(() => undefined);
    await passDeadline(w);
    const job = await w.job();
    expect([job.outcome, job.paidRound]).toEqual(["failed", 0]);
    expect(await w.bookings()).toEqual([]);
  });

  it("a file in the middle of its transfer is not delivered, and nothing of it stays", async () => {
    const second = held<void>();
    const w = await open({
      provider: {
        async *open() {
          yield tinyPng.subarray(0, 10);
          await second.ask();
          yield tinyPng.subarray(10);
        },
      },
    });
    await w.create(short);
    const owner = w.run(w.process({ clock: frozen(w.clock) }));
    await second.asked;
    await passDeadline(w);
    second.answer();
    await owner;
    await w.rest();
    expect([(await w.job()).outcome, await w.objects("temp/outputs/")]).toEqual(["failed", []]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("files that wait to be kept are not delivered, and go", async () => {
    const w = await open();
    const { id, userId } = await w.create(short);
    const dead = dying((call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await passDeadline(w);
    expect(await persistOutput(w.deps, { userId, jobId: id, attempt: 1, index: 0 })).toBe("dropped");
    await w.rest();
    expect(await w.objects("users/")).toEqual([]);
  });

  it("a copy that was on its way arrives late and is removed an hour later", async () => {
    const w = await open();
    const { id, userId } = await w.create(short);
    const dead = dying((call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const slow = w.process({
      async around(call, act) {
        if (objectOf(call, "copy")) await passDeadline(w);
        return act();
      },
    });
    await persistOutput(slow, { userId, jobId: id, attempt: 1, index: 0 });
    expect(await w.objects("users/")).toHaveLength(1);
    expect((await w.job()).outcome).toBe("failed");
    await w.rest();
    expect(await w.objects("users/")).toEqual([]);
  });
});

describe("Shortly before its deadline", () => {
  it("a job is looked at once more, whenever its provider wanted to be asked", async () => {
    const w = await open({
      provider: { start: () => started("T1", 3_600_000), check: () => delivered(1) },
    });
    const { deadlineAt } = await w.create();
    await w.run();
    expect((await w.job()).dueAt).toBe(deadlineAt - 30_000);
    w.clock.moveTo(deadlineAt - 30_000);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a short job is looked at when nine tenths of its time are over", async () => {
    const w = await open({ provider: { start: () => started("T1", 3_600_000) } });
    const { deadlineAt } = await w.create({ deadlineMs: 20_000 });
    await w.run();
    expect((await w.job()).dueAt).toBe(deadlineAt - 2000);
  });

  it("a job that the provider finishes within the last seconds is still delivered", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: () => (w.clock.now() < deadlineAt - 10_000 ? running(50, 3000) : delivered(1)),
      },
    });
    const { deadlineAt } = await w.create();
    await w.runFor(900_000);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a success that is found at the deadline itself is not delivered", async () => {
    const late = held<CheckOutcome>();
    const w = await open({ provider: { start: () => started("T1"), check: () => late.ask() } });
    const { deadlineAt } = await w.create(short);
    await w.run();
    w.clock.moveTo(deadlineAt - 1000);
    const owner = w.run();
    await late.asked;
    w.clock.moveTo(deadlineAt);
    await nextTurn();
    late.answer(delivered(1));
    await owner;
    await w.rest();
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
    expect(called(w, "open")).toBe(0);
  });
});

describe("After its deadline", () => {
  it("a job can be tried again, with a new one", async () => {
    const w = await open({
      provider: { start: (n) => (n === 0 ? started("T1") : delivered(1)), check: () => running() },
    });
    const key = keyOf(await w.create(short));
    await w.run();
    await passDeadline(w);
    const again = await retryJob(w.deps, key);
    expect([again.deadlineAt, again.watchedMs]).toEqual([w.clock.now() + short.deadlineMs, 0]);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a job that is tried again before it was tidied up forgets no task at the provider", async () => {
    const w = await open({
      provider: { start: (n) => (n === 0 ? started("T1") : delivered(1)), check: () => running() },
    });
    const key = keyOf(await w.create(short));
    await w.run();
    w.clock.moveTo((await w.job()).deadlineAt);
    await w.run();
    expect(called(w, "cancel")).toBe(0);
    await retryJob(w.deps, key);
    await w.rest();
    expect(w.provider.calls.filter((call) => call.name === "cancel").map((call) => call.task)).toEqual(["T1"]);
  });

  it("a job that is tried again before anybody asked for its lost submission has it looked up all the same", async () => {
    const tasks = new Set<string>();
    const w = await open({
      provider: {
        lostSubmit: "lookUp",
        start(n, reference) {
          tasks.add(reference);
          return n === 0 ? started(reference) : delivered(1);
        },
        lookUp: (reference) => (tasks.has(reference) ? { id: reference } : null),
      },
    });
    const { id } = await w.create(short);
    const dead = dying((call) => (call.name === "start" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    w.clock.moveTo((await w.job()).deadlineAt);
    await w.run();
    await retryJob(w.deps, keyOf(await w.job()));
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(w.provider.calls.filter((call) => call.name === "cancel").map((call) => call.task)).toEqual([`${id}-1`]);
  });

  it("an attempt that waits for its turn does not begin", async () => {
    const w = await open({ provider: { start: () => failing({ retryAfterMs: 99_999 }) } });
    await w.create(short);
    await w.run();
    w.clock.pass(99_999);
    w.clock.pass(1);
    await w.tick();
    expect(called(w, "start")).toBe(1);
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
  });
});
