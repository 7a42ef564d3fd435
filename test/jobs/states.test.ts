// The states of a job and what its user sees of them, at every write.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { canCancel, isSettled, stageOf, statusOf, stillWaiting } from "../../shared/jobs/states.ts";
import { type World, worlds } from "./fixture.ts";
import { jobPut } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";
import { pictures } from "./request.ts";
import type { Script } from "./scripted-provider.ts";
import { broken, whole } from "./sources.ts";

const open = worlds();

/** A world that writes down each state that a job is brought into, as `phase: status, stage`. */
async function watched(provider: Script) {
  const w = await open({ provider });
  const seen: string[] = [];
  const deps = w.process({
    async around(call, act) {
      const job = jobPut(call);
      const answer = await act();
      const state = job && `${job.phase}: ${statusOf(job)}, ${stageOf(job)}`;
      if (state && answer !== null && seen.at(-1) !== state) seen.push(state);
      return answer;
    },
  });
  return { w, seen, deps };
}

/** Takes each step when it is due, until the job has ended. */
async function runToEnd(w: World, deps: JobDeps): Promise<void> {
  for (let job = await w.job(); !isSettled(job); job = await w.job()) {
    w.clock.moveTo(job.dueAt ?? 0);
    await w.run(deps);
  }
}

const done = ["ended: processing, storing", "closing: completed, done", "closed: completed, done"];
const delivering = ["transferring: processing, transferring", "storing: processing, storing", ...done];

describe("A job goes, and its user sees it go", () => {
  it("from a provider with tasks through every phase", async () => {
    const { w, seen, deps } = await watched({
      start: () => started("T1"),
      check: (n) => (n === 0 ? running(20) : delivered(1)),
    });
    await w.createBy(deps);
    await runToEnd(w, deps);
    expect(seen).toEqual([
      "queued: pending, queued",
      "submitting: processing, submitted",
      "waiting: processing, submitted",
      "waiting: processing, generating",
      ...delivering,
    ]);
  });

  it("from a provider without tasks straight to the transfer", async () => {
    const { w, seen, deps } = await watched({});
    await w.createBy(deps);
    await runToEnd(w, deps);
    expect(seen).toEqual(["queued: pending, queued", "submitting: processing, submitted", ...delivering]);
  });

  it("back to the queue for another attempt, as processing", async () => {
    const { w, seen, deps } = await watched({ start: (n) => (n === 0 ? failing() : delivered(1)) });
    await w.createBy(deps);
    await runToEnd(w, deps);
    expect(seen).toEqual([
      "queued: pending, queued",
      "submitting: processing, submitted",
      "queued: processing, queued",
      "submitting: processing, submitted",
      ...delivering,
    ]);
  });

  it("back to the provider for fresh sources, and never back to an earlier stage", async () => {
    const { w, seen, deps } = await watched({
      start: () => started("T1"),
      check: () => delivered(1),
      open: () => (w.provider.calls.filter((call) => call.name === "open").length === 1 ? broken() : whole()),
    });
    await w.createBy(deps);
    await runToEnd(w, deps);
    expect(seen).toEqual([
      "queued: pending, queued",
      "submitting: processing, submitted",
      "waiting: processing, submitted",
      "transferring: processing, transferring",
      "waiting: processing, transferring",
      ...delivering,
    ]);
  });

  it("to its failure: decided, given back, and only then failed", async () => {
    const { w, seen, deps } = await watched({ start: () => failing({ retryable: false }) });
    await w.createBy(deps);
    await runToEnd(w, deps);
    expect(seen.map((state) => state.replace(/,.*/, ""))).toEqual([
      "queued: pending",
      "submitting: processing",
      "ended: processing",
      "closing: failed",
    ]);
  });

  it("to its cancellation: decided, given back, and only then cancelled", async () => {
    const { w, seen, deps } = await watched({});
    const key = keyOf(await w.createBy(deps));
    await cancelJob(deps, key);
    expect(seen).toEqual(["queued: pending, queued", "ended: processing, queued", "closing: cancelled, done"]);
  });

  it("to pending again when its user tries again", async () => {
    const { w, seen, deps } = await watched({ start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(1)) });
    const key = keyOf(await w.createBy(deps));
    await runToEnd(w, deps);
    seen.length = 0;
    await retryJob(deps, key);
    await runToEnd(w, deps);
    expect(seen).toEqual(["queued: pending, queued", "submitting: processing, submitted", ...delivering.slice(0, -1)]);
  });
});

describe("An ended job", () => {
  it("shows nothing of its end before it is settled", async () => {
    const shown: unknown[] = [];
    for (const start of [() => delivered(1), () => failing({ retryable: false })]) {
      const w = await open({ provider: { start } });
      await w.create();
      const deps = w.process({
        async around(call, act) {
          const answer = await act();
          const job = jobPut(call);
          if (job?.phase === "ended") {
            const { status, outputs, resultUrls, error, completedAt, progress } = await publicJob(w.store, job);
            shown.push({ status, outputs, resultUrls, error, completedAt, isWhole: progress === 100 });
          }
          return answer;
        },
      });
      await w.run(deps);
    }
    const nothing = {
      status: "processing",
      outputs: [],
      resultUrls: [],
      error: null,
      completedAt: null,
      isWhole: false,
    };
    expect(shown).toEqual([nothing, nothing]);
  });

  it("that was cancelled while it ran says what becomes of it at the provider only when it is settled", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    const key = keyOf(await w.create());
    await w.run();
    const shown: object[] = [];
    const deps = w.process({
      async around(call, act) {
        const job = jobPut(call);
        if (job?.phase === "ended") shown.push(await publicJob(w.store, job));
        return act();
      },
    });
    await cancelJob(deps, key);
    expect(shown).toHaveLength(1);
    expect(shown[0]).not.toHaveProperty("providerCancel");
    expect((await publicJob(w.store, await w.job())).providerCancel).toBe("requested");
  });

  it("with fewer outputs than asked for costs what it delivered", async () => {
    const w = await open({ provider: { start: () => delivered(1) } });
    const created = await w.create({ request: pictures(3) });
    expect((await publicJob(w.store, created)).cost).toBe(30);
    await w.rest();
    expect((await publicJob(w.store, await w.job())).cost).toBe(10);
  });
});

describe("Cancelling", () => {
  it("means something only while the provider has nothing to deliver", async () => {
    const answers: string[] = [];
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n === 0 ? running(5) : delivered(1)) },
    });
    const deps = w.process({
      async around(call, act) {
        const job = jobPut(call);
        const answer = job && `${job.phase} ${canCancel(job)}`;
        if (answer && answers.at(-1) !== answer) answers.push(answer);
        return act();
      },
    });
    await w.create();
    await runToEnd(w, deps);
    expect(answers).toEqual([
      "queued true",
      "submitting true",
      "waiting true",
      "transferring false",
      "storing false",
      "ended false",
      "closing false",
      "closed false",
    ]);
  });
});

describe("The feed", () => {
  it("numbers what a user could see, without gaps, through attempts and retries", async () => {
    const w = await open({ provider: { start: (n) => (n < 4 ? failing() : delivered(1)) } });
    const key = keyOf(await w.create());
    await w.rest();
    await retryJob(w.deps, key);
    await w.rest();
    const { feed } = await w.job();
    expect(feed.map((entry) => entry.n)).toEqual(feed.map((_, i) => i + 1));
    expect(feed.map((entry) => entry.status).filter((status, i, all) => status !== all[i - 1])).toEqual([
      "pending",
      "processing",
      "failed",
      "pending",
      "processing",
      "completed",
    ]);
    expect(feed.at(-1)).toMatchObject({ status: "completed", stage: "done", progress: 100 });
  });

  it("has at most 50 entries, the newest, and goes on counting", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n}`),
        check: (n) => (n % 4 === 3 ? failing() : running((n % 4) * 30 + 30)),
      },
    });
    const key = keyOf(await w.create());
    await w.rest();
    for (let retries = 0; retries < 3; retries++) {
      await retryJob(w.deps, key);
      await w.rest();
    }
    const { feed } = await w.job();
    const last = feed.at(-1)?.n ?? 0;
    expect(last).toBeGreaterThan(60);
    expect(feed.map((entry) => entry.n)).toEqual(Array.from({ length: 50 }, (_, i) => last - 49 + i));
  });

  it("tells of progress in steps of five per cent, or after five seconds", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await w.run();
    let job = await w.job();
    const told = (progress: number, afterMs: number) => {
      const before = job.feed.length;
      w.clock.pass(afterMs);
      job = stillWaiting(job, w.clock.now(), 0, progress);
      return job.feed.length - before;
    };
    expect([told(1, 100), told(3, 100), told(5, 100), told(6, 100), told(10, 100), told(11, 100)]).toEqual([
      1, 0, 0, 1, 0, 1,
    ]);
    expect([told(12, 4000), told(12, 900), told(12, 100), told(13, 4999)]).toEqual([0, 0, 1, 0]);
  });

  it("does not wait for the time of a clock that was ahead", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    await w.create();
    await w.run();
    const fast = stillWaiting(await w.job(), w.clock.now() + 86_400_000, 0, 10);
    const { feed } = stillWaiting(fast, w.clock.now(), 0, 11);
    expect(feed.map(({ progress }) => progress)).toEqual([...fast.feed.map(({ progress }) => progress), 11]);
  });

  it("never goes back within an attempt, and never says 100 before the end", async () => {
    const percentages = [30, 10, 99.9, 100, 40];
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n < 5 ? running(percentages[n]) : delivered(1)) },
    });
    await w.create();
    const shown: number[] = [];
    for (let job = await w.job(); !isSettled(job); job = await w.job()) {
      w.clock.moveTo(job.dueAt ?? 0);
      await w.run();
      shown.push((await publicJob(w.store, await w.job())).progress);
    }
    expect(shown).toEqual([0, 30, 30, 99, 99, 99, 100]);
  });

  it("begins at zero again with another attempt", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n}`),
        check: (n) => [running(80), failing(), delivered(1)][n] ?? delivered(1),
      },
    });
    await w.create();
    await w.rest();
    expect((await w.job()).feed.map((entry) => `${entry.stage} ${entry.progress}`)).toEqual([
      "queued 0",
      "submitted 0",
      "generating 80",
      "queued 80",
      "submitted 0",
      "transferring 0",
      "storing 0",
      "done 100",
    ]);
  });
});
