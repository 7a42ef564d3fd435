// Nudges: wishes that somebody looks at a job soon.
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { nudgeIfLate, nudgeJob } from "../../shared/jobs/moving/tickets.ts";
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { objectOf } from "./intercept.ts";
import { delivered, held, running, started } from "./outcomes.ts";

const open = worlds();

async function tickets(w: World): Promise<string[]> {
  return (await w.objects("temp/tickets/")).map(({ key }) => key.split("/").at(-1) ?? "").toSorted();
}

async function waiting() {
  const w = await open({ provider: { start: () => started("T1", 60_000), check: () => running(undefined, 60_000) } });
  const key = keyOf(await w.create());
  await w.run();
  return { w, key };
}

describe("A nudge", () => {
  it("makes the job due now and writes its next ticket", async () => {
    const { w, key } = await waiting();
    w.clock.pass(20_000);
    await nudgeJob(w.deps, key);
    expect([(await w.job()).dueAt, await w.indexedAt()]).toEqual([w.clock.now(), w.clock.now()]);
    expect(await tickets(w)).toEqual(["1-1", "1-2"]);
  });

  it("has an effect once in ten seconds at most", async () => {
    const { w, key } = await waiting();
    w.clock.pass(20_000);
    await Promise.all(Array.from({ length: 20 }, () => nudgeJob(w.process(), key)));
    w.clock.pass(9999);
    await nudgeJob(w.deps, key);
    expect(await tickets(w)).toEqual(["1-1", "1-2"]);
    w.clock.pass(1);
    await nudgeJob(w.deps, key);
    expect(await tickets(w)).toEqual(["1-1", "1-2", "1-3"]);
  });

  it("during a step makes the job due again at once", async () => {
    const first = held<CheckOutcome>();
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? first.ask() : delivered(1)) },
    });
    const key = keyOf(await w.create());
    await w.run();
    w.clock.pass(1000);
    const owner = w.run();
    await first.asked;
    await nudgeJob(w.deps, key);
    first.answer(running(undefined, 60_000));
    expect(await owner).toBe(w.clock.now());
    expect(await w.indexedAt()).toBe(w.clock.now());
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("takes no job from its owner", async () => {
    const first = held<CheckOutcome>();
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? first.ask() : delivered(1)) },
    });
    const key = keyOf(await w.create());
    await w.run();
    w.clock.pass(1000);
    const owner = w.run();
    await first.asked;
    await nudgeJob(w.deps, key);
    expect(await w.run(w.process())).toBeNull();
    first.answer(delivered(1));
    await owner;
    expect((await w.job()).outcome).toBe("completed");
  });

  it("of a closed job does nothing", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    await w.run();
    const before = await w.job();
    await nudgeJob(w.deps, key);
    expect([await w.job(), await tickets(w)]).toEqual([before, []]);
  });

  it("whose ticket cannot be written still makes the job due", async () => {
    const { w, key } = await waiting();
    w.clock.pass(20_000);
    const full = w.process({
      async around(call, act) {
        if (objectOf(call, "put")) throw new Error("the store is full");
        return act();
      },
    });
    await nudgeJob(full, key);
    expect(await w.indexedAt()).toBe(w.clock.now());
  });
});

describe("A reader who finds a job overdue", () => {
  it("nudges it after five seconds, and not before", async () => {
    const { w } = await waiting();
    w.clock.moveTo(((await w.job()).dueAt ?? 0) + 5000);
    await nudgeIfLate(w.deps, await w.job());
    expect((await w.job()).nudges).toBe(0);
    w.clock.pass(1);
    await nudgeIfLate(w.deps, await w.job());
    expect((await w.job()).nudges).toBe(1);
  });

  it("leaves a new job to its ticket for ten seconds first", async () => {
    const w = await open();
    const job = await w.create();
    w.clock.pass(15_000);
    await nudgeIfLate(w.deps, job);
    expect((await w.job()).nudges).toBe(0);
    w.clock.pass(1);
    await nudgeIfLate(w.deps, job);
    expect((await w.job()).nudges).toBe(1);
  });

  it("leaves a job alone whose owner lives", async () => {
    const first = held<CheckOutcome>();
    const w = await open({ provider: { start: () => started("T1"), check: () => first.ask() } });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const owner = w.run();
    await first.asked;
    await nudgeIfLate(w.deps, await w.job());
    expect((await w.job()).nudges).toBe(0);
    first.answer(delivered(1));
    await owner;
  });
});
