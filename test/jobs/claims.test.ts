// Claims: one caller at a time takes a job's steps, and keeps it only as long as it renews its lease.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { claimJob } from "../../shared/jobs/moving/claim.ts";
import type { CheckOutcome, StartOutcome } from "../../shared/ports/provider.ts";
import { never, type World, worlds } from "./fixture.ts";
import { ahead } from "./hand-clock.ts";
import { type Around, jobPut } from "./intercept.ts";
import { delivered, failing, held, running, started } from "./outcomes.ts";
import { frozen } from "./test-clock.ts";

const open = worlds();

function calls(w: World, name: string): number {
  return w.provider.calls.filter((call) => call.name === name).length;
}

/** Resolves with each lease that is written, one after the other. */
function leases(): { around: Around; next(): Promise<number | undefined> } {
  let waiting = Promise.withResolvers<number | undefined>();
  return {
    async around(call, act) {
      const answer = await act();
      const job = jobPut(call);
      if (job?.lease && answer !== null) waiting.resolve(job.lease.until);
      return answer;
    },
    next() {
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
  };
}

describe("A job", () => {
  it("that two callers want at the same moment is claimed by one", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    const options = { signal: never, takesTicket: true };
    const claims = await Promise.all([w.deps, w.process(), w.process()].map((deps) => claimJob(deps, key, options)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    for (const claim of claims) {
      await claim?.release((job) => job);
      await claim?.[Symbol.asyncDispose]();
    }
  });

  it("that many callers advance at once is submitted once", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await Promise.all(Array.from({ length: 10 }, () => w.run(w.process())));
    expect(calls(w, "start")).toBe(1);
  });

  it("is due, while it is claimed, when the lease ends, so that a timer finds it if its owner dies", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    await w.create();
    const owner = w.run();
    await first.asked;
    expect(await w.indexedAt()).toBe(w.clock.now() + 15_000);
    first.answer(delivered(1));
    await owner;
  });

  it("is given back as soon as its owner has no more to do", async () => {
    const w = await open({ provider: { start: () => started("T1", 4000) } });
    await w.create();
    await w.run();
    expect((await w.job()).lease).toBeNull();
    expect(await w.indexedAt()).toBe(w.clock.now() + 4000);
  });

  it("is given back at once, and not counted against, when its owner has to stop", async () => {
    const first = held<CheckOutcome>();
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? first.ask() : delivered(1)) },
    });
    const key = keyOf(await w.create());
    await w.run();
    w.clock.pass(1000);
    const stop = new AbortController();
    const owner = advance(w.deps, key, { by: "run-job", signal: stop.signal });
    await first.asked;
    stop.abort(new Error("the machine shuts down"));
    await owner;
    const job = await w.job();
    expect([job.lease, job.looks, job.phase]).toEqual([null, 0, "waiting"]);
    expect(await w.indexedAt()).toBe(w.clock.now());
  });

  it("whose owner must stop before it has begun is not submitted", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    await advance(w.deps, key, { by: "run-job", signal: AbortSignal.abort(new Error("the machine shuts down")) });
    expect(calls(w, "start")).toBe(0);
    expect((await w.job()).phase).toBe("queued");
  });

  it("whose owner is stopped while it writes its attempt down holds the owner for a few seconds at most", async () => {
    const first = held<StartOutcome>();
    const w = await open({
      provider: { lostSubmit: "byReference", start: (n) => (n === 0 ? first.ask() : delivered(1)) },
    });
    const key = keyOf(await w.create());
    const stop = new AbortController();
    const deps = w.process({
      async around(call, act) {
        if (jobPut(call)?.phase === "submitting") stop.abort(new Error("the machine shuts down"));
        return act();
      },
    });
    const owner = advance(deps, key, { by: "run-job", signal: stop.signal });
    await Promise.race([owner, first.asked]);
    w.clock.pass(10_000);
    await owner;
    w.clock.pass(15_000);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A lease", () => {
  it("is renewed while a step takes long, so that nobody else takes it", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    const key = keyOf(await w.create());
    const watched = leases();
    const owner = w.run(w.process({ around: watched.around }));
    await first.asked;
    for (let renewals = 0; renewals < 8; renewals++) {
      const renewed = watched.next();
      w.clock.pass(5000);
      expect(await renewed).toBe(w.clock.now() + 15_000);
      await nextTurn();
      expect(await advance(w.process(), key, { by: "run-job", signal: never })).toBeNull();
    }
    expect(calls(w, "start")).toBe(1);
    first.answer(delivered(1));
    await owner;
    expect((await w.job()).outcome).toBe("completed");
  });

  it("whose renewal fails once is renewed at the next turn", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    await w.create();
    const watched = leases();
    const failed = Promise.withResolvers<void>();
    let failures = 0;
    const deps = w.process({
      async around(call, act) {
        const isRenewal = jobPut(call)?.phase === "submitting" && first.isAsked();
        if (isRenewal && failures++ === 0) {
          failed.resolve();
          throw new Error("the table is busy");
        }
        return watched.around(call, act);
      },
    });
    const owner = w.run(deps);
    await first.asked;
    w.clock.pass(5000);
    await failed.promise;
    await nextTurn();
    const renewed = watched.next();
    w.clock.pass(5000);
    expect(await renewed).toBe(w.clock.now() + 15_000);
    first.answer(delivered(1));
    await owner;
    expect((await w.job()).outcome).toBe("completed");
  });

  it("that ran out without anybody noticing is no failed attempt", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    await w.create();
    const owner = w.run(w.process({ clock: frozen(w.clock) }));
    await first.asked;
    w.clock.pass(60_000);
    first.answer(delivered(1));
    await owner;
    const job = await w.job();
    expect([job.outcome, job.attempt]).toEqual(["completed", 1]);
  });

  it("of a clock that is a little ahead, as clocks are, keeps the job from others all the same", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    const key = keyOf(await w.create());
    const owner = { ...w.process(), clock: ahead(w.clock, 250) };
    const claim = await claimJob(owner, key, { signal: never, takesTicket: true });
    expect(claim).not.toBeNull();
    expect(await w.run()).toBeNull();
    expect(calls(w, "start")).toBe(0);
    await claim?.release((job) => job);
    await claim?.[Symbol.asyncDispose]();
  });

  it("of a clock that is far ahead keeps the job from others no longer than any lease does", async () => {
    const w = await open();
    const key = keyOf(await w.create());
    const owner = { ...w.process(), clock: ahead(w.clock, 3_600_000) };
    const claim = await claimJob(owner, key, { signal: never, takesTicket: true });
    expect(await w.run()).toBeNull();
    w.clock.pass(15_000);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
    await claim?.[Symbol.asyncDispose]();
  });
});

describe("An owner whose job was taken over", () => {
  it("writes nothing any more, and its signal aborts", async () => {
    const first = held<CheckOutcome>();
    const signals: AbortSignal[] = [];
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? first.ask() : running(40, 60_000)) },
    });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const frozenOwner = w.process({
      clock: frozen(w.clock),
      async around(call, act) {
        if (call.name === "check") signals.push((call.args[1] as { signal: AbortSignal }).signal);
        return act();
      },
    });
    const owner = w.run(frozenOwner);
    await first.asked;
    w.clock.pass(15_000);
    await w.run();
    const taken = await w.job();
    expect(taken.progress).toBe(40);
    first.answer(failing({ type: "moderation_blocked", retryable: false }));
    expect(await owner).toBeNull();
    expect(await w.job()).toEqual(taken);
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it("writes nothing into the step that the next owner is taking", async () => {
    const answers = [held<CheckOutcome>(), held<CheckOutcome>()] as const;
    const w = await open({ provider: { start: () => started("T1"), check: (n) => answers[n === 0 ? 0 : 1].ask() } });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    const stale = w.run(w.process({ clock: frozen(w.clock) }));
    await answers[0].asked;
    w.clock.pass(15_000);
    const owner = w.run();
    await answers[1].asked;
    const taken = await w.job();
    answers[0].answer(failing({ type: "moderation_blocked", retryable: false }));
    expect(await stale).toBeNull();
    expect(await w.job()).toEqual(taken);
    answers[1].answer(delivered(1));
    await owner;
    expect((await w.job()).outcome).toBe("completed");
  });

  it("learns of it at its next renewal, and what it calls is told to stop", async () => {
    const first = held<CheckOutcome>();
    const signal = Promise.withResolvers<AbortSignal>();
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? first.ask() : running(40, 60_000)) },
    });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    let isAwake = true;
    const sleepy = {
      now: () => w.clock.now(),
      sleep: (ms: number, stop?: AbortSignal) => w.clock.sleep(ms === 5000 && isAwake ? 20_000 : ms, stop),
    };
    const owner = w.run(
      w.process({
        clock: sleepy,
        async around(call, act) {
          if (call.name === "check") signal.resolve((call.args[1] as { signal: AbortSignal }).signal);
          return act();
        },
      }),
    );
    const stop = await signal.promise;
    isAwake = false;
    await first.asked;
    w.clock.pass(15_000);
    await w.run();
    expect(stop.aborted).toBe(false);
    w.clock.pass(5000);
    expect(await owner).toBeNull();
    expect(stop.aborted).toBe(true);
  });
});

describe("Looks", () => {
  it("are counted with each claim and forgotten with progress", async () => {
    const w = await open({ provider: { lostSubmit: "byReference", start: (n) => breaking(n < 2) } });
    await w.create();
    await w.run();
    expect((await w.job()).looks).toBe(0);
    w.clock.pass(60_000);
    await w.run();
    expect((await w.job()).looks).toBe(1);
    w.clock.pass(60_000);
    await w.run();
    expect([(await w.job()).phase, (await w.job()).looks]).toEqual(["waiting", 0]);
  });

  it("are further apart each time, up to a minute", async () => {
    const w = await open({ provider: { lostSubmit: "byReference", start: () => breaking(true) } });
    await w.create();
    const pauses: number[] = [];
    for (let looks = 0; looks < 8; looks++) {
      const next = await w.run();
      pauses.push(((next ?? 0) - w.clock.now()) / 1000);
      w.clock.moveTo(next ?? 0);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it("ten of them without progress fail the job and give the credits back, while other jobs go on (F53)", async () => {
    const poisoned: string[] = [];
    const w = await open({
      provider: {
        lostSubmit: "byReference",
        start: (_, reference) => (poisoned.includes(reference) ? breaking(true) : delivered(1)),
      },
    });
    poisoned.push(`${(await w.create()).id}-1`);
    const other = await w.create();
    for (let ticks = 0; ticks < 20 && (await w.job()).outcome === null; ticks++) {
      w.clock.pass(60_000);
      await w.tick();
    }
    const job = await w.job();
    expect([job.outcome, job.error?.type]).toEqual(["failed", "internal"]);
    expect(calls(w, "start")).toBe(12);
    expect((await w.job(keyOf(other))).outcome).toBe("completed");
    expect(w.log).toContainEqual(expect.objectContaining({ level: "error", message: "a job was given up" }));
  });
});

function breaking(isBroken: boolean): StartOutcome {
  if (isBroken) throw new Error("the connection broke");
  return started("T1");
}
