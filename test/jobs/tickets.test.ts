// Long steps belong to run-job: a tick hands them over by tickets, and takes them itself when nobody comes.
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { createDriver } from "./drive.ts";
import { never, type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, running, started } from "./outcomes.ts";

const open = worlds();

async function tickets(w: World): Promise<string[]> {
  return (await w.objects("temp/tickets/")).map(({ key }) => key.split("/").at(-1) ?? "").toSorted();
}

/** Looks at the job when it is due next. */
async function nextTick(w: World): Promise<void> {
  w.clock.moveTo((await w.indexedAt()) ?? 0);
  await w.tick();
}

function opened(w: World): number {
  return w.provider.calls.filter((call) => call.name === "open").length;
}

describe("A transfer", () => {
  /** A job whose owner has died, with everything still to be transferred. */
  async function undelivered(options: WorldOptions = {}) {
    const w = await open(options);
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "transferring" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    return w;
  }

  it("is handed to run-job by two tickets, and taken by the tick itself when both went unclaimed", async () => {
    const w = await undelivered();
    await nextTick(w);
    expect([await tickets(w), opened(w)]).toEqual([["1-1", "1-2"], 0]);
    expect(await w.indexedAt()).toBe(w.clock.now() + 15_000);
    await nextTick(w);
    expect([await tickets(w), opened(w)]).toEqual([["1-1", "1-2", "1-3"], 0]);
    await nextTick(w);
    expect(opened(w)).toBe(1);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("is taken by run-job when a ticket comes, without any wait", async () => {
    const w = await undelivered();
    await nextTick(w);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("that run-job takes and does not finish is handed over by two new tickets", async () => {
    const w = await undelivered();
    await nextTick(w);
    const dead = dying((call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const before = opened(w);
    await nextTick(w);
    await nextTick(w);
    expect(opened(w)).toBe(before);
    await nextTick(w);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("that a tick comes to by asking the provider is left to run-job", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await w.run();
    await nextTick(w);
    expect([(await w.job()).phase, opened(w), await tickets(w)]).toEqual(["transferring", 0, ["1-1", "1-2"]]);
    expect((await w.job()).lease).toBeNull();
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("is looked at by the timer although no ticket can be written", async () => {
    const w = await undelivered();
    const full = w.process({
      async around(call, act) {
        if (objectOf(call, "put")?.startsWith("temp/tickets/")) throw new Error("the store is full");
        return act();
      },
    });
    for (let ticks = 0; ticks < 3; ticks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await w.tick(full);
    }
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A start that takes as long as the generation", () => {
  it("is left to run-job, and taken by the tick when two tickets went unclaimed", async () => {
    const w = await open({ provider: { isSynchronous: true } });
    await w.create();
    await nextTick(w);
    expect([w.provider.calls, await tickets(w)]).toEqual([[], ["1-1", "1-2"]]);
    await nextTick(w);
    expect(w.provider.calls[0]?.name).toBe("start");
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A new job", () => {
  it("is left to its ticket for ten seconds; then the timer runs it", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    w.clock.pass(9999);
    await w.tick();
    expect(w.provider.calls).toEqual([]);
    w.clock.pass(1);
    await w.tick();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start"]);
  });
});

describe("run-job", () => {
  it("stays with a job until it is done when that is soon enough", async () => {
    const w = await open({
      longestShortMs: 0,
      provider: { start: () => started("T1", 500), check: (n) => (n < 3 ? running(n * 30, 500) : delivered(1)) },
    });
    const driver = createDriver(w.clock);
    const key = keyOf(await w.create());
    const beganAt = w.clock.now();
    await driver.until(runJob(w.process({ around: driver.around }), key, { stayMs: 60_000, signal: never }));
    expect((await w.job()).outcome).toBe("completed");
    expect(w.clock.now() - beganAt).toBe(2000);
  });

  it("leaves a job that is due only after its time", async () => {
    const w = await open({ provider: { start: () => started("T1", 2001), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    await runJob(w.deps, key, { stayMs: 2000, signal: never });
    expect((await w.job()).phase).toBe("waiting");
  });

  it("leaves a job that takes much longer than is usual for its provider", async () => {
    const w = await open({ provider: { start: () => started("T1", 3001), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    await runJob(w.deps, key, { stayMs: 60_000, signal: never });
    expect((await w.job()).phase).toBe("waiting");
  });

  it("leaves a job to its owner", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    await Promise.all(Array.from({ length: 5 }, () => runJob(w.process(), key, { stayMs: 60_000, signal: never })));
    expect((await w.job()).outcome).toBe("completed");
    expect(opened(w)).toBe(1);
  });
});

describe("The timer alone", () => {
  it("in two processes at once runs every job, and each step of each job once (F11, F13)", async () => {
    const w = await open({
      longestShortMs: 0,
      credits: 1000,
      settings: { maxActiveJobs: 100 },
      provider: { start: (n) => started(`T${n}`, 3000), check: () => delivered(1) },
    });
    for (let i = 0; i < 40; i++) await w.create();
    w.clock.pass(10_000);
    const driver = createDriver(w.clock);
    const ticks = [1, 2].map(() => tickJobs(w.process({ around: driver.around }), never));
    expect(await driver.until(Promise.all(ticks))).toBe(true);
    expect(w.provider.calls.filter((call) => call.name === "start")).toHaveLength(40);
    expect(w.provider.calls.filter((call) => call.name === "check")).toHaveLength(40);
    expect(opened(w)).toBe(40);
    expect((await w.jobs()).map((job) => job.outcome)).toEqual(Array.from({ length: 40 }, () => "completed"));
    expect((await w.account()).spent).toBe(400);
  });
});
