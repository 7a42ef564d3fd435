// Cancelling, in every phase; and what comes of it at the provider.
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type Job, type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import type { Phase } from "../../shared/jobs/states.ts";
import type { CancelOutcome, StartOutcome } from "../../shared/ports/provider.ts";
import { never, type World, worlds } from "./fixture.ts";
import { dying, itemPut, jobPut } from "./intercept.ts";
import { delivered, failing, held, running, started } from "./outcomes.ts";
import type { Script } from "./scripted-provider.ts";

const open = worlds();

function cancelledTasks(w: World): (string | undefined)[] {
  return w.provider.calls.filter((call) => call.name === "cancel").map((call) => call.task);
}

function refusalOf(cancelling: Promise<Job>): Promise<string> {
  return cancelling.then(
    (job) => `cancelled ${job.outcome}`,
    (error) => (error instanceof AppError ? error.type : String(error)),
  );
}

/** A job whose owner died right after it had brought the job into this phase. */
async function stoppedIn(phase: Phase, script: Script = {}): Promise<{ w: World; key: JobKey }> {
  const w = await open({ provider: script });
  const key = keyOf(await w.create());
  if (phase === "queued") return { w, key };
  const dead = dying((call) => (jobPut(call)?.phase === phase ? "after" : null));
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect((await w.job()).phase).toBe(phase);
  return { w, key };
}

describe("A job that is cancelled", () => {
  it("before it was ever run is never submitted, and its late ticket does nothing", async () => {
    const { w, key } = await stoppedIn("queued");
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
    await w.rest();
    await w.run();
    expect(w.provider.calls).toEqual([]);
    expect((await w.job()).providerCancel).toBeNull();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("between two attempts has no third one", async () => {
    const w = await open({ provider: { start: () => failing() } });
    const key = keyOf(await w.create());
    await w.run();
    await cancelJob(w.deps, key);
    await w.rest();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start"]);
    expect((await w.job()).outcome).toBe("cancelled");
  });

  it.each(["restart", "byReference", "never"] as const)(
    "while a submission's answer is lost says of a provider of kind %s that nobody knows",
    async (lostSubmit) => {
      const { w, key } = await stoppedIn("submitting", { lostSubmit });
      await cancelJob(w.deps, key);
      await w.rest();
      expect((await w.job()).providerCancel).toBe("unknown");
    },
  );

  it("while a submission's answer is lost is looked up at the provider, and cancelled there", async () => {
    const { w, key } = await stoppedIn("submitting", { lostSubmit: "lookUp", lookUp: () => ({ id: "T1" }) });
    await cancelJob(w.deps, key);
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1"]);
    expect((await w.job()).providerCancel).toBe("done");
  });

  it.each(["done", "too_late", "unknown"] as const)(
    "while the provider works says what came of it there: %s",
    async (outcome) => {
      const { w, key } = await stoppedIn("waiting", { start: () => started("T1"), cancel: () => outcome });
      const cancelled = await cancelJob(w.deps, key);
      expect((await publicJob(w.store, cancelled)).providerCancel).toBe("requested");
      await w.rest();
      expect(cancelledTasks(w)).toEqual(["T1"]);
      expect((await publicJob(w.store, await w.job())).providerCancel).toBe(outcome);
      expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    },
  );

  it("at a provider that is gone says that nobody knows", async () => {
    const { w, key } = await stoppedIn("waiting", { start: () => started("T1") });
    await cancelJob(w.deps, key);
    await w.tick({ ...w.deps, providers: new Map() });
    expect((await w.job()).providerCancel).toBe("unknown");
  });

  it.each(["transferring", "storing"] as const)("is too late while it is %s, and completes", async (phase) => {
    const { w, key } = await stoppedIn(phase);
    expect(await refusalOf(cancelJob(w.deps, key))).toBe("too_late");
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("while fresh sources are asked for is too late", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        check: () => delivered(1),
        open: () => {
          throw new AppError("fetch_failed");
        },
      },
    });
    const key = keyOf(await w.create());
    await w.run();
    w.clock.pass(1000);
    await w.run();
    expect([(await w.job()).phase, (await w.job()).isRefreshed]).toEqual(["waiting", true]);
    expect(await refusalOf(cancelJob(w.deps, key))).toBe("too_late");
  });

  it("once it is decided and not paid yet is a conflict, and is settled on the way", async () => {
    const { w, key } = await stoppedIn("ended");
    expect(await refusalOf(cancelJob(w.deps, key))).toBe("conflict");
    expect((await w.job()).phase).toBe("closing");
    expect((await w.account()).spent).toBe(10);
  });

  it("once it has completed or failed is a conflict", async () => {
    for (const start of [() => delivered(1), () => failing({ retryable: false })]) {
      const w = await open({ provider: { start } });
      const key = keyOf(await w.create());
      await w.run();
      expect(await refusalOf(cancelJob(w.deps, key))).toBe("conflict");
    }
  });

  it("again is answered like the first time, and changes nothing", async () => {
    const { w, key } = await stoppedIn("queued");
    await cancelJob(w.deps, key);
    w.clock.pass(1000);
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("again does not hurry its last clean-up, which waits for slow copies", async () => {
    const { w, key } = await stoppedIn("waiting", { start: () => started("T1") });
    await cancelJob(w.deps, key);
    await w.tick();
    const lastLook = (await w.job()).dueAt;
    expect(lastLook).toBe(w.clock.now() + 3_600_000);
    w.clock.pass(20_000);
    await cancelJob(w.deps, key);
    expect((await w.job()).dueAt).toBe(lastLook);
  });

  it("does not skip its last clean-up because somebody was closing it while it was nudged", async () => {
    const { w, key } = await stoppedIn("waiting", { start: () => started("T1") });
    const phases: string[] = [];
    const nudgesLate = w.process({
      async around(call, act) {
        const job = jobPut(call);
        if (job?.phase === "closing" && job.nudges === 1) {
          await w.run();
          phases.push((await w.job()).phase);
        }
        return act();
      },
    });
    await cancelJob(nudgesLate, key);
    await w.run();
    expect(phases).toEqual(["closing"]);
    expect((await w.job()).isCleaned).toBe(true);
    expect((await w.job()).dueAt).toBe(w.clock.now() + 3_600_000);
  });

  it("that does not exist, or that nobody paid for, is not found", async () => {
    const w = await open({ credits: 0 });
    const dead = dying((call) => (jobPut(call) ? "after" : null));
    await w.createBy(w.process({ around: dead.around }), { price: 0 }).catch(() => undefined);
    expect(await refusalOf(cancelJob(w.deps, keyOf(await w.job())))).toBe("not_found");
    const nowhere = { ...keyOf(await w.job()), jobId: "01900000-0000-7000-8000-00000000dddd" };
    expect(await refusalOf(cancelJob(w.deps, nowhere))).toBe("not_found");
  });

  it("cannot be tried again", async () => {
    const { w, key } = await stoppedIn("queued");
    await cancelJob(w.deps, key);
    expect(await refusalOf(retryJob(w.deps, key))).toBe("conflict");
  });

  it("leaves its owner with nothing to do", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { start: () => first.ask() } });
    const key = keyOf(await w.create());
    const owner = advance(w.deps, key, { by: "run-job", signal: never });
    await first.asked;
    await cancelJob(w.deps, key);
    first.answer(delivered(1));
    expect(await owner).toBeNull();
    expect((await w.job()).outcome).toBe("cancelled");
    await w.rest();
    expect(w.provider.calls.map((call) => call.name)).not.toContain("open");
  });
});

describe("A process that dies while it cancels", () => {
  it("after the ending write leaves the refund to the timer, and the job unfinished until then", async () => {
    const { w, key } = await stoppedIn("queued");
    const dead = dying((call) => (jobPut(call)?.phase === "ended" ? "after" : null));
    await cancelJob(w.process({ around: dead.around }), key).catch(() => undefined);
    expect((await publicJob(w.store, await w.job())).status).toBe("processing");
    expect(await w.bookings()).toEqual(["charge -10"]);
    await w.rest();
    expect((await publicJob(w.store, await w.job())).status).toBe("cancelled");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("after the refund leaves one refund", async () => {
    const { w, key } = await stoppedIn("queued");
    const dead = dying((call) => (itemPut(call)?.sort === "account" ? "after" : null));
    await cancelJob(w.process({ around: dead.around }), key).catch(() => undefined);
    await w.rest();
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("A provider's cancel that throws", () => {
  it("is tried again, and what came of it is said", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        cancel(count): CancelOutcome {
          if (count < 2) throw new Error("the connection broke");
          return "done";
        },
      },
    });
    const key = keyOf(await w.create());
    await w.run();
    await cancelJob(w.deps, key);
    await w.rest();
    expect(cancelledTasks(w)).toEqual(["T1", "T1", "T1"]);
    expect((await w.job()).providerCancel).toBe("done");
  });

  it("every time is given up, and the job is tidied up all the same", async () => {
    const w = await open({
      provider: {
        start: () => started("T1"),
        cancel() {
          throw new Error("the connection broke");
        },
      },
    });
    const key = keyOf(await w.create());
    await w.run();
    await cancelJob(w.deps, key);
    await w.rest();
    expect((await w.job()).providerCancel).toBe("unknown");
    expect(await w.objects("temp/")).toEqual([]);
    expect(cancelledTasks(w).length).toBeLessThanOrEqual(5);
  });

  it("of one task does not keep another one from being cancelled", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n + 1}`),
        check: () => running(),
        cancel(_, task) {
          if (task.id === "T1") throw new Error("the connection broke");
          return "done";
        },
      },
    });
    const key = keyOf(await w.create({ deadlineMs: 100_000 }));
    await w.run();
    w.clock.moveTo((await w.job()).deadlineAt);
    await w.run();
    await retryJob(w.deps, key);
    await w.run();
    await cancelJob(w.deps, key);
    await w.rest();
    expect(cancelledTasks(w)).toContain("T2");
    expect((await w.job()).providerCancel).toBe("unknown");
  });
});
