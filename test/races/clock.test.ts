// A clock that jumps an hour, either way, with jobs in every stage: nothing happens twice, and nothing waits for the hour to pass.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { accountItem, readAccount } from "../../shared/credits/account.ts";
import { placeHold } from "../../shared/credits/holds.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { nudgeIfLate, nudgeJob } from "../../shared/jobs/moving/tickets.ts";
import { watchJob } from "../../shared/jobs/reading/read.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { createDriver } from "../jobs/drive.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { type Around, type Call, jobPut } from "../jobs/intercept.ts";
import { delivered, failing, held, running, started } from "../jobs/outcomes.ts";
import { newJob, userId } from "../jobs/request.ts";
import type { Script } from "../jobs/scripted-provider.ts";
import { frozen } from "../jobs/test-clock.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { jumping } from "./jumping-clock.ts";
import { bringTo, stages } from "./stages.ts";

const open = worlds();

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A world whose clock can be set, with one process that follows it. */
async function clockwork(provider: Script = {}) {
  const w = await open({ longestShortMs: 0, provider });
  const driver = createDriver(w.clock);
  const clock = jumping(w.clock);
  /** A provider may be made to wait for the test: the driver does not wait for it. */
  const around: Around = (call, act) => (call.port === "provider" ? act() : driver.around(call, act));
  const own = { clock, around };
  const deps = w.process(own);

  /** What the timer does in so many minutes; it fires at the beginning of each. */
  async function ticks(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      const nextAt = w.clock.now() + MINUTE_MS;
      await driver.until(tickJobs(deps, never));
      await driver.to(nextAt);
    }
  }

  /** The timer fires and finds out what the time is, before it can do much. */
  async function firstLook(): Promise<void> {
    const stop = new AbortController();
    const ended = tickJobs(deps, stop.signal);
    await driver.to(w.clock.now());
    stop.abort(new Error("the machine shuts down"));
    await driver.until(ended);
  }

  const create = async (fields = {}): Promise<JobKey> => {
    const creating = createJob(deps, newJob(fields), null);
    await driver.until(creating);
    return keyOf((await creating).job);
  };

  return { w, driver, clock, deps, own, ticks, firstLook, create };
}

function count(w: World, name: string): number {
  return w.provider.calls.filter((call) => call.name === name).length;
}

/** Over the deadline of a picture in an hour, over that of a video in a day. */
const leaps = [
  { leap: "an hour", ms: HOUR_MS },
  { leap: "a day", ms: 24 * HOUR_MS },
].flatMap((leap) => stages.map((stage) => ({ ...leap, ...stage, stage })));

describe("When the clock leaps over the deadline", () => {
  it.each(leaps)("by $leap, a job that is $name goes on at once, and is paid for once", async ({ ms, stage }) => {
    const { w, clock, own, ticks, create } = await clockwork(stage.script);
    const key = await create();
    await bringTo(w, stage, key, own);
    clock.jump(ms);
    await ticks(3);
    const job = await w.job(key);
    expect([job.phase, job.outcome, job.outputs.length]).toEqual(["closed", "completed", 1]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it.each(leaps)("by $leap and back, a job that is $name goes on as well", async ({ ms, stage }) => {
    const { w, clock, own, ticks, firstLook, create } = await clockwork(stage.script);
    const key = await create();
    await bringTo(w, stage, key, own);
    clock.jump(ms);
    await firstLook();
    clock.jump(-ms);
    await ticks(6);
    expect((await w.job(key)).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("a file in the middle of its transfer arrives, and is asked for once", async () => {
    const rest = held<void>();
    const { w, driver, clock, deps, create } = await clockwork({
      async *open() {
        yield tinyPng.subarray(0, 10);
        await rest.ask();
        yield tinyPng.subarray(10, 20);
        await nextTurn();
        yield tinyPng.subarray(20);
      },
    });
    const key = await create();
    const owner = runJob(deps, key, { stayMs: 0, signal: never });
    await rest.asked;
    clock.jump(HOUR_MS);
    rest.answer();
    await driver.until(owner);
    expect([(await w.job(key)).outcome, count(w, "open")]).toEqual(["completed", 1]);
  });

  it.each(["a tick of the same process", "a tick of another process"])(
    "an owner that works and renews its lease keeps its job, although %s finds the lease run out",
    async (who) => {
      const first = held<StartOutcome>();
      const { w, driver, clock, own, deps, create } = await clockwork({
        lostSubmit: "never",
        isSynchronous: true,
        start: () => first.ask(),
      });
      const key = await create();
      const owner = runJob(deps, key, { stayMs: 0, signal: never });
      await first.asked;
      clock.jump(HOUR_MS);
      const tick = tickJobs(who.includes("same") ? deps : w.process(own), never);
      await driver.to(w.clock.now() + 40_000);
      first.answer(delivered(1));
      await driver.until(Promise.all([owner, tick]));
      expect([count(w, "start"), (await w.job(key)).outcome, await w.bookings()]).toEqual([
        1,
        "completed",
        ["charge -10"],
      ]);
    },
  );

  it("an owner that is dead has its job taken over when a lease has passed", async () => {
    const stage = stages.find(({ name }) => name === "submitting");
    if (!stage) throw new Error("there is no such stage");
    const { w, driver, clock, own, deps, ticks, create } = await clockwork(stage.script);
    const key = await create();
    await bringTo(w, stage, key, own);
    clock.jump(HOUR_MS);
    const tick = tickJobs(deps, never);
    await driver.to(w.clock.now() + 10_000);
    expect((await w.job(key)).phase).toBe("submitting");
    await driver.until(tick);
    await ticks(2);
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("an owner that still works has its job taken over, and what it brings afterwards counts no more", async () => {
    const first = held<StartOutcome>();
    const { w, driver, clock, own, ticks, create } = await clockwork({
      lostSubmit: "byReference",
      start: (n) => (n === 0 ? first.ask() : delivered(1)),
    });
    const key = await create();
    const owner = runJob(w.process({ ...own, clock: frozen(clock) }), key, { stayMs: 0, signal: never });
    await first.asked;
    clock.jump(HOUR_MS);
    await ticks(2);
    first.answer(failing({ retryable: false }));
    await driver.until(owner);
    expect([(await w.job(key)).outcome, await w.bookings()]).toEqual(["completed", ["charge -10"]]);
  });
});

describe("When the clock was an hour ahead, and goes back", () => {
  it.each(stages)("a job that is $name by then goes on within minutes, and is paid for once", async (stage) => {
    const { w, clock, own, ticks, firstLook, create } = await clockwork(stage.script);
    clock.jump(HOUR_MS);
    const key = await create();
    await bringTo(w, stage, key, own);
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(6);
    const job = await w.job(key);
    expect([job.phase, job.outcome, job.outputs.length]).toEqual(["closed", "completed", 1]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it.each(stages)("a job from before the jump that is $name goes on as well", async (stage) => {
    const { w, clock, own, ticks, firstLook, create } = await clockwork(stage.script);
    const key = await create();
    clock.jump(HOUR_MS);
    await bringTo(w, stage, key, own);
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(6);
    expect((await w.job(key)).outcome).toBe("completed");
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("a job is not looked at earlier than it was to be", async () => {
    const { w, driver, clock, deps, ticks, firstLook, create } = await clockwork({
      start: () => started("T1", 240_000),
      check: () => delivered(1),
    });
    clock.jump(HOUR_MS);
    const key = await create();
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(3);
    expect(count(w, "check")).toBe(0);
    await ticks(2);
    expect([count(w, "check"), (await w.job(key)).outcome]).toEqual([1, "completed"]);
  });

  it("the deadline of a job is as far away as it ever was", async () => {
    const { w, clock, ticks, firstLook, create } = await clockwork({
      start: () => started("T1"),
      check: () => running(10, 30_000),
    });
    clock.jump(HOUR_MS);
    const key = await create();
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(14);
    expect((await w.job(key)).outcome).toBeNull();
    await ticks(3);
    expect((await w.job(key)).error?.type).toBe("deadline_exceeded");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("an owner that goes on working keeps its job, and nobody asks the provider twice", async () => {
    const first = held<StartOutcome>();
    const { w, driver, clock, deps, ticks, create } = await clockwork({
      lostSubmit: "never",
      isSynchronous: true,
      start: () => first.ask(),
    });
    clock.jump(HOUR_MS);
    const key = await create();
    const owner = runJob(deps, key, { stayMs: 0, signal: never });
    await first.asked;
    clock.jump(-HOUR_MS);
    await ticks(3);
    first.answer(delivered(1));
    await driver.until(owner);
    expect([count(w, "start"), (await w.job(key)).outcome]).toEqual([1, "completed"]);
  });

  it("a tick that had begun before ends when its time is up, however much falls due in the hour", async () => {
    const { w, driver, clock, deps, ticks, create } = await clockwork({
      start: () => started("T1", 5000),
      check: (n) => (n < 25 ? running(10, 5000) : delivered(1)),
    });
    clock.jump(HOUR_MS);
    const key = await create();
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    const startedAt = w.clock.now();
    const tick = tickJobs(deps, never);
    await driver.to(startedAt + 40_000);
    clock.jump(-HOUR_MS);
    await driver.until(tick);
    expect(w.clock.now()).toBeLessThanOrEqual(startedAt + 56_000);
    await ticks(4);
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("a job that a tick has handed to run-job meanwhile, which never came, goes on", async () => {
    const stage = stages.find(({ name }) => name === "transferring");
    if (!stage) throw new Error("there is no such stage");
    const { w, driver, clock, own, ticks, firstLook, create } = await clockwork(stage.script);
    const key = await create();
    await bringTo(w, stage, key, own);
    clock.jump(HOUR_MS);
    await firstLook();
    await driver.to(w.clock.now() + 16_000);
    await firstLook();
    expect((await w.job(key)).ticketUntil).toBeGreaterThan(clock.now());
    clock.jump(-HOUR_MS);
    await ticks(6);
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("run-job that stays with a job does not stay for an hour", async () => {
    const { w, driver, clock, deps, create } = await clockwork({
      start: () => started("T1", 1000),
      check: (n) => {
        if (n === 0) clock.jump(-HOUR_MS);
        return n === 0 ? running(10, 1000) : delivered(1);
      },
    });
    clock.jump(HOUR_MS);
    const key = await create();
    const startedAt = w.clock.now();
    await driver.until(runJob(deps, key, { stayMs: 60_000, signal: never }));
    expect(w.clock.now()).toBeLessThanOrEqual(startedAt + 60_000);
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("run-job that was about to pause when it happened pauses as long as it wanted to", async () => {
    const { w, driver, clock, own, create } = await clockwork({
      start: () => started("T1", 2000),
      check: () => delivered(1),
    });
    clock.jump(HOUR_MS);
    const key = await create();
    const startedAt = w.clock.now();
    let hasJumped = false;
    const isGivenBack = (call: Call) => jobPut(call)?.phase === "waiting" && jobPut(call)?.lease === null;
    const owner = w.process({
      ...own,
      around: (call, act) =>
        own.around(call, async () => {
          const answer = await act();
          if (isGivenBack(call) && !hasJumped) clock.jump(-HOUR_MS);
          hasJumped ||= isGivenBack(call);
          return answer;
        }),
    });
    await driver.until(runJob(owner, key, { stayMs: 60_000, signal: never }));
    expect([hasJumped, (await w.job(key)).outcome]).toEqual([true, "completed"]);
    expect(w.clock.now()).toBeLessThanOrEqual(startedAt + 60_000);
  });

  it("a reader of a job nudges it, although no timer knows of the jump", async () => {
    const { w, driver, clock, deps, create } = await clockwork({ start: () => started("T1", 4000) });
    clock.jump(HOUR_MS);
    const key = await create();
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    await driver.until(nudgeJob(deps, key));
    clock.jump(-HOUR_MS);
    const before = (await w.objects("temp/tickets/")).length;
    await driver.until(nudgeIfLate(deps, await w.job(key)));
    expect((await w.objects("temp/tickets/")).length).toBe(before + 1);
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    expect((await w.job(key)).outcome).toBe("completed");
  });

  it("who waits for a job waits no longer than was asked for", async () => {
    const { w, driver, clock, deps, create } = await clockwork({ start: () => started("T1", 4000) });
    clock.jump(HOUR_MS);
    const key = await create();
    const startedAt = w.clock.now();
    const watching = watchJob(deps, key, { ms: 5000, signal: never });
    await driver.to(startedAt + 1000);
    clock.jump(-HOUR_MS);
    await driver.until(watching);
    expect(w.clock.now()).toBeLessThanOrEqual(startedAt + 6000);
  });

  it("a hold that belongs to nothing is given back within minutes", async () => {
    const { w, clock, deps, ticks, firstLook, create } = await clockwork({ start: () => started("T1", 240_000) });
    clock.jump(HOUR_MS);
    await create();
    const stored = await readAccount(w.table, userId);
    if (!stored) throw new Error("the account is gone");
    const lost = { jobId: "01900000-0000-7000-8000-00000000dddd", round: 1, amount: 7, isFirst: true };
    const booking = { lineId: deps.ids.uuid(), description: "Image job", now: clock.now() };
    await w.table.put(accountItem(placeHold(stored.account, lost, booking)), { version: stored.version });
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(4);
    expect(await w.bookings()).toEqual(["charge -10", "charge -7", "refund 7"]);
  });

  it("a cancelled job is still cleaned once more an hour later, for slow copies, and not before", async () => {
    const { w, driver, clock, deps, ticks, firstLook, create } = await clockwork({ start: () => started("T1", 4000) });
    clock.jump(HOUR_MS);
    const key = await create();
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    await driver.until(cancelJob(deps, key));
    await driver.until(runJob(deps, key, { stayMs: 0, signal: never }));
    await create();
    await firstLook();
    clock.jump(-HOUR_MS);
    await ticks(55);
    expect([(await w.job(key)).phase, (await w.job(key)).isCleaned]).toEqual(["closing", true]);
    await ticks(10);
    expect((await w.job(key)).phase).toBe("closed");
  });
});

describe("An idempotency key", () => {
  it.each([HOUR_MS, -HOUR_MS])("means the same job after a jump of %i ms", async (ms) => {
    const { w, driver, clock, deps, ticks } = await clockwork();
    clock.jump(HOUR_MS);
    const idempotency = { key: "mine", route: "generate-image", body: { prompt: "a lake" } };
    const create = async (by: JobDeps) => {
      const creating = createJob(by, newJob(), idempotency);
      await driver.until(creating);
      return (await creating).job.id;
    };
    const before = await create(deps);
    clock.jump(ms);
    await ticks(1);
    expect(await create(deps)).toBe(before);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });
});
