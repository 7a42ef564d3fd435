// Calling a provider for a job: bounded in time, given up with the claim, and leaving nothing behind.
import { getEventListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withTimeout } from "../../shared/jobs/moving/provider-calls.ts";
import type { CallContext, CheckOutcome, StartOutcome } from "../../shared/ports/provider.ts";
import { worlds } from "./fixture.ts";
import { held, started } from "./outcomes.ts";
import { whole } from "./sources.ts";
import { TestClock } from "./test-clock.ts";

const open = worlds();

describe("A call", () => {
  it("is answered, and then listens to nothing and waits for nothing any more", async () => {
    const clock = new TestClock();
    const claim = new AbortController();
    const signals: AbortSignal[] = [];
    const answer = await withTimeout(clock, 20_000, claim.signal, async (signal) => {
      signals.push(signal);
      return 42;
    });
    await Promise.resolve();
    expect([answer, clock.nextWake()]).toEqual([42, null]);
    expect(signals.map((signal) => getEventListeners(signal, "abort").length)).toEqual([0]);
    expect(getEventListeners(claim.signal, "abort")).toEqual([]);
  });

  it("that fails leaves nothing behind either", async () => {
    const clock = new TestClock();
    const signals: AbortSignal[] = [];
    const call = withTimeout(clock, 20_000, new AbortController().signal, async (signal) => {
      signals.push(signal);
      throw new Error("the connection broke");
    });
    await expect(call).rejects.toThrow("the connection broke");
    expect(signals.map((signal) => getEventListeners(signal, "abort").length)).toEqual([0]);
  });

  it("that is never answered ends when its time is up, and is told so", async () => {
    const clock = new TestClock();
    const signals: AbortSignal[] = [];
    const call = withTimeout(clock, 20_000, new AbortController().signal, (signal) => {
      signals.push(signal);
      return new Promise<never>(() => {});
    });
    clock.pass(20_000);
    await expect(call).rejects.toThrow("20000 ms");
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it("ends with its caller, for the caller's reason", async () => {
    const caller = new AbortController();
    const call = withTimeout(new TestClock(), 20_000, caller.signal, () => new Promise<never>(() => {}));
    caller.abort(new Error("the machine shuts down"));
    await expect(call).rejects.toThrow("the machine shuts down");
  });

  it("is not made for a caller that has ended", async () => {
    let calls = 0;
    const ended = AbortSignal.abort(new Error("the machine shuts down"));
    const call = withTimeout(new TestClock(), 20_000, ended, async () => calls++);
    await expect(call).rejects.toThrow("the machine shuts down");
    expect(calls).toBe(0);
  });
});

describe("What an adapter brings with its answer", () => {
  it("after the time of its call was up is not taken, and its body is let go", async () => {
    const asked = Promise.withResolvers<NonNullable<CallContext["keep"]>>();
    const w = await open({
      provider: {
        isSynchronous: true,
        lostSubmit: "never",
        start(_, __, call) {
          if (call?.context.keep) asked.resolve(call.context.keep);
          return new Promise(() => {});
        },
      },
    });
    await w.create();
    const owner = w.run();
    const keep = await asked.promise;
    for (let ms = 0; ms < 330_000; ms += 5000) w.clock.pass(5000);
    await owner;
    await expect(keep(0, whole())).rejects.toThrow("320000 ms");
    expect(await w.objects("temp/outputs/")).toEqual([]);
    expect((await w.job()).error?.type).toBe("provider_unknown");
  });

  it("is taken for as long as a provider says that its starts may take", async () => {
    const asked = Promise.withResolvers<NonNullable<CallContext["keep"]>>();
    const answered = Promise.withResolvers<StartOutcome>();
    const w = await open({
      provider: {
        ...{ isSynchronous: true, startTimeoutMs: 780_000 },
        start(_, __, call) {
          if (call?.context.keep) asked.resolve(call.context.keep);
          return answered.promise;
        },
      },
    });
    await w.create();
    const owner = w.run();
    const keep = await asked.promise;
    for (let ms = 0; ms < 770_000; ms += 5000) {
      w.clock.pass(5000);
      for (let i = 0; i < 20; i++) await nextTurn();
    }
    await keep(0, whole());
    answered.resolve({ state: "succeeded", sources: [{ kind: "kept" }] });
    await owner;
    await w.rest();
    expect(await w.job()).toMatchObject({ outcome: "completed", attempt: 1 });
  });

  it("beyond what was asked for, or what another owner has kept already, is let go", async () => {
    const ends: string[] = [];
    const body = (name: string) =>
      (async function* () {
        try {
          yield* whole();
        } finally {
          ends.push(name);
        }
      })();
    const w = await open({
      provider: {
        isSynchronous: true,
        async start(_, __, call) {
          const bodies = [body("first"), body("again"), body("more")];
          for (const each of bodies) await each.next();
          await call?.context.keep?.(0, whole());
          await call?.context.keep?.(0, bodies[1] ?? whole());
          await call?.context.keep?.(1, bodies[2] ?? whole());
          await bodies[0]?.return(undefined);
          return { state: "succeeded", sources: [{ kind: "kept" }] };
        },
      },
    });
    await w.create();
    await w.run();
    expect([ends.toSorted(), (await w.job()).outcome]).toEqual([["again", "first", "more"], "completed"]);
  });
});

describe("A check that is never answered", () => {
  it("is given up, and the provider is asked again later: it may still be at work", async () => {
    const first = held<CheckOutcome>();
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: (n) => (n === 0 ? first.ask() : { state: "succeeded", sources: [] }),
      },
    });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const owner = w.run();
    await first.asked;
    for (let ms = 0; ms < 60_000; ms += 5000) w.clock.pass(5000);
    await owner;
    const job = await w.job();
    expect([job.phase, job.attempt, job.looks]).toEqual(["waiting", 1, 0]);
    expect((job.dueAt ?? 0) - w.clock.now()).toBe(15_000);
  });
});
