// The provider's answer to a start that comes when the job is no longer its caller's: a task is never dropped.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import type { LostSubmit, StartOutcome } from "../../shared/ports/provider.ts";
import { never, type World, worlds } from "./fixture.ts";
import { jobPut } from "./intercept.ts";
import { held, started } from "./outcomes.ts";
import type { Script } from "./scripted-provider.ts";
import { frozen } from "./test-clock.ts";

const open = worlds();

/** So short that whoever comes when it is over is not late. */
const DEADLINE_MS = 100_000;

/** A world in which the first start hangs until the test answers it, and its caller neither renews its claim nor gives up. */
async function withHeldStart(lostSubmit: LostSubmit, script: Script = {}) {
  const first = held<StartOutcome>();
  const start: Script["start"] = (count, reference) =>
    count === 0 ? first.ask() : (script.start?.(count, reference) ?? started(`T${count + 1}`));
  const w = await open({ provider: { ...script, lostSubmit, start } });
  const key = keyOf(await w.create({ deadlineMs: DEADLINE_MS }));
  return { w, key, first };
}

/** Its timers never fire: it learns of nothing until the provider answers. */
async function startFrozen(w: World, first: { asked: Promise<void> }): Promise<{ ended: Promise<unknown> }> {
  const ended = w.run(w.process({ clock: frozen(w.clock) }));
  await first.asked;
  return { ended };
}

function cancelledTasks(w: World): (string | undefined)[] {
  return w.provider.calls.filter((call) => call.name === "cancel").map((call) => call.task);
}

describe("A task that the provider names after the job was cancelled", () => {
  it("is cancelled at the provider", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    await cancelJob(w.deps, key);
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1"]);
    expect((await w.job()).providerCancel).toBe("done");
  });

  it("is cancelled at once, also when the job had been tidied up meanwhile", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    await cancelJob(w.deps, key);
    await w.tick();
    w.clock.pass(5000);
    first.answer(started("T1"));
    await ended;
    await w.tick();
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });

  it("while another one closes the job, is kept and cancelled", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    await cancelJob(w.deps, key);
    const closer = w.process({
      async around(call, act) {
        if (jobPut(call)?.isCleaned && !first.isAnswered()) {
          first.answer(started("T1"));
          await ended;
        }
        return act();
      },
    });
    await w.tick(closer);
    await w.rest();
    expect(first.isAnswered()).toBe(true);
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });

  it("is cancelled also when its caller has noticed by then that the job is no longer its own", async () => {
    const { w, key, first } = await withHeldStart("never");
    const noticed = Promise.withResolvers<void>();
    let hasLost = false;
    const owner = w.process({
      async around(call, act) {
        const answer = await act();
        if (hasLost && call.name === "get") noticed.resolve();
        hasLost ||= jobPut(call) !== null && answer === null;
        return answer;
      },
    });
    const ended = w.run(owner);
    await first.asked;
    await cancelJob(w.deps, key);
    w.clock.pass(5000);
    await noticed.promise;
    await nextTurn();
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });

  it("once the job is closed for good, opens it again until the task is cancelled", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    await cancelJob(w.deps, key);
    await w.rest();
    expect((await w.job()).phase).toBe("closed");
    first.answer(started("T1"));
    await ended;
    await w.tick();
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });
});

describe("A task that the provider names after the deadline", () => {
  it("is cancelled at the provider, and delivers nothing", async () => {
    const { w, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    w.clock.pass(DEADLINE_MS);
    await w.tick();
    expect((await w.job()).error?.type).toBe("deadline_exceeded");
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1"]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("after a retry by the user has begun, is cancelled, and the new round's task is not", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    w.clock.pass(DEADLINE_MS);
    await w.tick();
    await retryJob(w.deps, key);
    await w.run();
    expect((await w.job()).task?.id).toBe("T2");
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1"]);
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("When another process has taken the job over", () => {
  /** Takes the steps that are due, as the next owner does once the lease has run out. */
  async function takeOver(w: World, key: JobKey): Promise<void> {
    w.clock.pass(15_000);
    await advance(w.deps, key, { by: "run-job", signal: never });
  }

  it("a task that both were named is one task: adopted once and never cancelled", async () => {
    const { w, key, first } = await withHeldStart("byReference", { start: () => started("T1") });
    const { ended } = await startFrozen(w, first);
    await takeOver(w, key);
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(cancelledTasks(w)).toEqual([]);
  });

  it("a task that the other one has looked up is not taken for another one", async () => {
    const { w, key, first } = await withHeldStart("lookUp", { lookUp: () => ({ id: "T1" }) });
    const { ended } = await startFrozen(w, first);
    await takeOver(w, key);
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(cancelledTasks(w)).toEqual([]);
    expect((await w.job()).providerCancel).toBeNull();
  });

  it("and has begun the next attempt, the late task is cancelled, and the next one's goes on", async () => {
    const { w, key, first } = await withHeldStart("lookUp");
    const { ended } = await startFrozen(w, first);
    await takeOver(w, key);
    w.clock.pass(2000);
    await w.run();
    expect((await w.job()).task?.id).toBe("T2");
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });

  it("and has given up on the round, the late task is cancelled at once", async () => {
    const { w, key, first } = await withHeldStart("never");
    const { ended } = await startFrozen(w, first);
    await takeOver(w, key);
    expect((await w.job()).error?.type).toBe("provider_unknown");
    first.answer(started("T1"));
    await ended;
    await w.tick();
    expect(cancelledTasks(w)).toEqual(["T1"]);
  });

  it("and has not come to the provider yet, the first one's task is adopted, and the other one leaves it alone", async () => {
    const { w, first } = await withHeldStart("lookUp");
    const { ended } = await startFrozen(w, first);
    w.clock.pass(15_000);
    const second = w.process({
      async around(call, act) {
        if (call.name === "lookUp") {
          first.answer(started("T1"));
          await ended;
        }
        return act();
      },
    });
    await w.run(second);
    const job = await w.job();
    expect([job.phase, job.task?.id, job.strayTasks]).toEqual(["waiting", "T1", []]);
    await w.rest();
    expect(w.provider.calls.filter((call) => call.name === "start")).toHaveLength(1);
    expect(cancelledTasks(w)).toEqual([]);
  });

  it("a late success or failure of the first one changes nothing", async () => {
    for (const outcome of [
      { state: "succeeded" as const, sources: [] },
      { state: "failed" as const, failure: { type: "moderation_blocked" as const, message: "no", retryable: false } },
    ]) {
      const { w, key, first } = await withHeldStart("byReference", { start: () => started("T1", 30_000) });
      const { ended } = await startFrozen(w, first);
      await takeOver(w, key);
      const before = await w.job();
      first.answer(outcome);
      await ended;
      expect(await w.job()).toEqual(before);
    }
  });
});
