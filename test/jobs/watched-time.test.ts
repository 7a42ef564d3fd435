// A deadline is time that somebody watched: whoever was away, and whichever clock is wrong, fails nothing that moves; what does not move ends.
import { describe, expect, it } from "vitest";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, type JobKey, jobItem, jobItemKey, jobOf, keyOf } from "../../shared/jobs/job.ts";
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { ahead } from "./hand-clock.ts";
import { dying, jobPut } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";
import type { Script } from "./scripted-provider.ts";

const open = worlds();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEADLINE_MS = 15 * MINUTE_MS;

/** The provider takes a job and is asked every five seconds; from the `checks`-th time on it has delivered. */
function slow(checks: number): Script {
  return { start: () => started("T1", 5000), check: (n) => (n < checks ? running(1, 5000) : delivered(1)) };
}

/** Two processes, the second one an hour ahead of the first. */
async function twoClocks(script: Script) {
  const w = await open({ provider: script });
  const right = w.process();
  const fast = w.process({ clock: ahead(w.clock, HOUR_MS) });
  return { w, right, fast };
}

/** They look in turns, each five seconds after the other. Answers how long that took. */
async function inTurns(w: World, processes: JobDeps[]): Promise<number> {
  const startedAt = w.clock.now();
  for (let turn = 0; turn < 400 && (await w.job()).outcome === null; turn++) {
    await w.run(processes[turn % processes.length]);
    w.clock.pass(5000);
  }
  return w.clock.now() - startedAt;
}

describe("Two processes whose clocks are an hour apart", () => {
  it.each(["right", "fast"] as const)(
    "fail no job that moves, however often they take turns (created by the %s one)",
    async (who) => {
      const { w, ...both } = await twoClocks(slow(60));
      await w.createBy(both[who]);
      await inTurns(w, [both.right, both.fast]);
      expect([(await w.job()).outcome, await w.bookings()]).toEqual(["completed", ["charge -10"]]);
    },
  );

  it.each(["right", "fast"] as const)(
    "end a job that does not move within minutes of its deadline (created by the %s one)",
    async (who) => {
      const { w, ...both } = await twoClocks(slow(Number.POSITIVE_INFINITY));
      await w.createBy(both[who]);
      const tookMs = await inTurns(w, [both.right, both.fast]);
      expect((await w.job()).error?.type).toBe("deadline_exceeded");
      expect(Math.abs(tookMs - DEADLINE_MS)).toBeLessThanOrEqual(3 * MINUTE_MS);
      expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    },
  );

  it("that are only a minute apart add nothing to each other's time either", async () => {
    const w = await open({ provider: slow(Number.POSITIVE_INFINITY) });
    const fast = w.process({ clock: ahead(w.clock, MINUTE_MS) });
    await w.create();
    expect(Math.abs((await inTurns(w, [w.deps, fast])) - DEADLINE_MS)).toBeLessThanOrEqual(MINUTE_MS + 10_000);
  });
});

describe("When the timers were off for an hour", () => {
  it("jobs whose provider has finished meanwhile are completed, all of them", async () => {
    const w = await open({ provider: { start: (n) => started(`T${n}`, 5000) } });
    const keys: JobKey[] = [];
    for (let i = 0; i < 5; i++) keys.push(keyOf(await w.create()));
    for (const key of keys) await w.run(w.deps, key);
    w.clock.pass(HOUR_MS);
    await w.rest();
    expect((await w.jobs()).map((job) => job.outcome)).toEqual(keys.map(() => "completed"));
  });

  it("a job that does not move has the rest of its time, and then ends", async () => {
    const w = await open({ provider: slow(Number.POSITIVE_INFINITY) });
    const { deadlineAt } = await w.create();
    await w.runFor(5 * MINUTE_MS);
    w.clock.pass(HOUR_MS);
    await w.rest();
    const job = await w.job();
    expect(job.error?.type).toBe("deadline_exceeded");
    expect(job.completedAt).toBeGreaterThan(deadlineAt + HOUR_MS - MINUTE_MS);
    expect(job.completedAt).toBeLessThanOrEqual(deadlineAt + HOUR_MS);
  });

  it("a job in the last seconds of its time is looked at before it may end", async () => {
    const w = await open({ provider: { ...slow(0), check: (): CheckOutcome => outcome } });
    let outcome: CheckOutcome = running(1, 1000);
    const { deadlineAt } = await w.create();
    await w.runFor(DEADLINE_MS - 2000);
    expect(deadlineAt - w.clock.now()).toBeLessThan(5000);
    outcome = delivered(1);
    w.clock.pass(HOUR_MS);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A job that nobody comes to in time, again and again", () => {
  it("ends all the same", async () => {
    const w = await open({ provider: slow(Number.POSITIVE_INFINITY) });
    await w.create();
    for (let looks = 0; looks < 60 && (await w.job()).outcome === null; looks++) {
      w.clock.pass(10 * MINUTE_MS);
      await w.tick();
    }
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
  });
});

describe("A job that waits for very long", () => {
  it("is watched meanwhile, at a write for each five minutes", async () => {
    const w = await open({ provider: { start: () => failing({ retryAfterMs: HOUR_MS }) } });
    const { deadlineAt } = await w.create();
    await w.run();
    let writes = 0;
    const watching = w.process({
      async around(call, act) {
        if (jobPut(call)?.outcome === null) writes++;
        return act();
      },
    });
    while ((await w.job()).outcome === null) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.tick(watching);
    }
    expect([(await w.job()).completedAt, writes]).toEqual([deadlineAt, 2]);
  });
});

describe("A job of an older version, which does not say how much was watched", () => {
  async function old(w: World): Promise<Job> {
    const item = await w.table.get(jobItemKey(keyOf(await w.job())));
    if (!item) throw new Error("the job is gone");
    const { watchedMs: _, writtenAt: __, ...job } = jobOf(item).job;
    await w.table.put(jobItem(job), { version: item.version });
    return job;
  }

  it("has the deadline that it had", async () => {
    const w = await open({ provider: slow(Number.POSITIVE_INFINITY) });
    await w.create();
    await w.runFor(5 * MINUTE_MS);
    const { deadlineAt } = await old(w);
    await w.rest();
    expect((await w.job()).completedAt).toBe(deadlineAt);
  });

  it("goes on when the clock has leapt", async () => {
    const w = await open({ provider: slow(10) });
    await w.create();
    await w.run();
    await old(w);
    w.clock.pass(HOUR_MS);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A job whose creator is about to pay for it when the clock leaps", () => {
  it("is left to it by the timer of whoever's clock that is", async () => {
    const w = await open();
    let isAhead = false;
    const creator = w.process({
      async around(call, act) {
        const answer = await act();
        if (!isAhead && jobPut(call)) {
          isAhead = true;
          w.clock.pass(HOUR_MS);
          await w.tick();
        }
        return answer;
      },
    });
    await w.createBy(creator, { deadlineMs: HOUR_MS });
    await w.rest();
    expect([isAhead, (await w.job()).outcome, await w.bookings()]).toEqual([true, "completed", ["charge -10"]]);
  });

  it("is ended a minute later when it never is", async () => {
    const w = await open();
    const dead = dying((call) => (jobPut(call) ? "after" : null));
    await w.createBy(w.process({ around: dead.around })).catch(() => undefined);
    w.clock.pass(HOUR_MS);
    await w.tick();
    expect((await w.job()).outcome).toBeNull();
    w.clock.pass(MINUTE_MS);
    await w.tick();
    const job = await w.job();
    expect([job.outcome, job.paidRound, await w.bookings()]).toEqual(["failed", 0, []]);
  });
});
