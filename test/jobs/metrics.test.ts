// What is measured of jobs: each fact once, by whoever's write made it true, however often it is looked at.
import { describe, expect, it } from "vitest";
import { accountItem, readAccount } from "../../shared/credits/account.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { type OutputRef, persistOutput } from "../../shared/jobs/moving/persist.ts";
import { runTick } from "../../shared/jobs/timers/tick.ts";
import type { MetricName } from "../../shared/ports/metrics.ts";
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { createDriver } from "./drive.ts";
import { never, type World, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, held, running, started } from "./outcomes.ts";
import { pictures, userId } from "./request.ts";
import { tinyPng } from "./tiny-png.ts";

const open = worlds();

/** Each value of the metric with its dimensions, in the order in which they came. */
function measured(w: World, name: MetricName): unknown[] {
  return w.measured.filter((one) => one.name === name).map(({ value, dimensions }) => [value, dimensions]);
}

const scripted = { type: "image", provider: "scripted" };

describe("A round that has ended is counted once", () => {
  it("when it completes, with the credits that it cost", async () => {
    const w = await open();
    await w.create();
    await w.run();
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome: "completed" }]]);
    expect(measured(w, "CreditsSettled")).toEqual([[10, { movement: "captured" }]]);
  });

  it("when it delivers less than was asked for: what was captured, and what was given back", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    await w.create({ request: pictures(3) });
    await w.runFor(60_000);
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome: "completed" }]]);
    expect(measured(w, "CreditsSettled")).toEqual([
      [20, { movement: "captured" }],
      [10, { movement: "refunded" }],
    ]);
  });

  it("when it fails for good after three attempts, and again when its retry does", async () => {
    const w = await open({ provider: { start: () => failing() } });
    const key = keyOf(await w.create());
    await w.runFor(60_000);
    const failed = [1, { ...scripted, outcome: "failed", errorType: "provider_error" }];
    expect(measured(w, "JobsEnded")).toEqual([failed]);
    await retryJob(w.deps, key);
    await w.runFor(60_000);
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([failed, failed]);
    expect(measured(w, "CreditsSettled")).toEqual([1, 2].map(() => [10, { movement: "refunded" }]));
    expect(measured(w, "JobStageTime")).toEqual([]);
  });

  it("when its deadline comes", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => running() } });
    await w.create({ deadlineMs: 60_000 });
    await w.run();
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome: "failed", errorType: "deadline_exceeded" }]]);
  });

  it("when it is cancelled, however often that is asked for", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => running() } });
    const key = keyOf(await w.create());
    await w.run();
    await Promise.all([1, 2, 3].map(() => cancelJob(w.process(), key)));
    await cancelJob(w.deps, key);
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome: "cancelled" }]]);
    expect(measured(w, "CreditsSettled")).toEqual([[10, { movement: "refunded" }]]);
  });

  it("when an event is delivered again, and by two at once", async () => {
    const w = await open();
    const { id } = await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "storing" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    const ref: OutputRef = { userId, jobId: id, attempt: 1, index: 0 };
    await Promise.all([1, 2, 3].map(() => persistOutput(w.process(), ref)));
    await persistOutput(w.process(), ref);
    await w.rest();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome: "completed" }]]);
    expect(measured(w, "CreditsSettled")).toEqual([[10, { movement: "captured" }]]);
  });

  it("by the one of cancel and completion that wins", async () => {
    const w = await open({ provider: { start: () => started("T1") } });
    const key = keyOf(await w.create());
    await w.run();
    w.clock.pass(60_000);
    await Promise.allSettled([w.run(w.process()), cancelJob(w.process(), key), w.run(w.process())]);
    await w.rest();
    const { outcome } = await w.job();
    expect(measured(w, "JobsEnded")).toEqual([[1, { ...scripted, outcome }]]);
  });

  it("not at all when nobody paid for it", async () => {
    const w = await open({ credits: 10 });
    const creating = dying((call) => (jobPut(call) ? "after" : null));
    await w.createBy(w.process({ around: creating.around })).catch(() => undefined);
    await w.rest();
    expect((await w.job()).paidRound).toBe(0);
    expect(measured(w, "JobsEnded")).toEqual([]);
  });
});

describe("The time of a completed round", () => {
  /** Time that passes while the provider's file streams, and while the store copies it. */
  async function slow(options: Parameters<typeof open>[0] = {}) {
    const w: World = await open({
      ...options,
      provider: {
        open: async function* () {
          w.clock.pass(2000);
          yield tinyPng;
        },
        ...options.provider,
      },
    });
    const process = w.process({
      async around(call, act) {
        if (objectOf(call, "copy")) w.clock.pass(1000);
        return act();
      },
    });
    return { w, process };
  }

  function stagesOf(w: World): Record<string, number> {
    const times = w.measured.filter(({ name }) => name === "JobStageTime");
    return Object.fromEntries(times.map(({ value, dimensions }) => [dimensions.stage, value]));
  }

  it("is that of its stages, which add up to the whole", async () => {
    const { w, process } = await slow({ provider: { start: () => started("T1") } });
    await w.create();
    w.clock.pass(3000);
    const next = await w.run(process);
    w.clock.moveTo(next ?? 0);
    const waitedMs = w.clock.now() - (await w.job()).attemptAt;
    await w.run(process);
    const stages = { queued: 3000, provider: waitedMs, transferring: 2000, storing: 1000 };
    expect(stagesOf(w)).toEqual({ ...stages, whole: 6000 + waitedMs });
    expect(waitedMs).toBeGreaterThan(0);
    expect(measured(w, "JobStageTime")).toHaveLength(5);
  });

  it("holds all attempts, the pauses between them as queued", async () => {
    const { w, process } = await slow({ provider: { start: (count) => (count === 0 ? failing() : delivered(1)) } });
    await w.create();
    const next = (await w.run(process)) ?? 0;
    const pauseMs = next - w.clock.now();
    w.clock.moveTo(next);
    await w.run(process);
    expect(pauseMs).toBeGreaterThan(0);
    const stages = { queued: pauseMs, provider: 0, transferring: 2000, storing: 1000 };
    expect(stagesOf(w)).toEqual({ ...stages, whole: 3000 + pauseMs });
  });

  it("is that of its own round alone", async () => {
    const { w, process } = await slow({ provider: { start: (count) => (count < 3 ? failing() : delivered(1)) } });
    const key = keyOf(await w.create());
    await w.runFor(60_000);
    w.clock.pass(3_600_000);
    await retryJob(w.deps, key);
    w.clock.pass(500);
    await w.run(process);
    expect(stagesOf(w)).toEqual({ queued: 500, provider: 0, transferring: 2000, storing: 1000, whole: 3500 });
  });

  it("adds up whatever the clocks said, and however long the feed was", async () => {
    let looks = 0;
    const more = () => running(++looks, 6000);
    const { w, process } = await slow({
      provider: {
        start: (count) => started(`T${count}`),
        check: (count) => (count < 90 ? more() : delivered(1)),
      },
    });
    await w.create({ deadlineMs: 3_600_000 });
    const fast = w.process({
      clock: { ...w.clock, now: () => w.clock.now() + 20_000, sleep: w.clock.sleep.bind(w.clock) },
    });
    for (let run = 0; (await w.job()).outcome === null; run++) {
      w.clock.pass(30_000);
      await w.run(run % 2 ? fast : process);
    }
    const { whole = 0, ...stages } = stagesOf(w);
    expect(Object.values(stages).reduce((sum, ms) => sum + ms, 0)).toBe(whole);
    expect(Object.values(stages).every((ms) => ms >= 0)).toBe(true);
    expect(whole).toBeGreaterThan(90 * 30_000);
    expect((await w.job()).feed[0]?.n).toBeGreaterThan(1);
  });
});

describe("A provider's call", () => {
  it("is timed by what was asked, and counted when it failed or was answered with a failure", async () => {
    const w: World = await open({
      provider: {
        start: () => {
          w.clock.pass(700);
          return started("T1");
        },
        check: (count) => {
          w.clock.pass(40);
          if (count === 0) throw new Error("ECONNRESET");
          return failing({ retryable: false });
        },
      },
    });
    await w.create();
    await w.runFor(120_000);
    const times = measured(w, "ProviderCallTime");
    expect(times).toEqual([
      [700, { provider: "scripted", operation: "start" }],
      [40, { provider: "scripted", operation: "check" }],
      [40, { provider: "scripted", operation: "check" }],
    ]);
    expect(measured(w, "ProviderErrors")).toEqual([
      [1, { provider: "scripted", operation: "check", errorType: "unknown" }],
      [1, { provider: "scripted", operation: "check", errorType: "provider_error" }],
    ]);
  });

  it("that refuses what a prompt says is no error of the provider", async () => {
    const refused = failing({ type: "moderation_blocked", retryable: false });
    const w = await open({ provider: { start: () => refused } });
    await w.create();
    await w.run();
    expect(measured(w, "ProviderErrors")).toEqual([]);
    expect(measured(w, "JobsEnded")).toEqual([
      [1, { ...scripted, outcome: "failed", errorType: "moderation_blocked" }],
    ]);
  });

  it("that falls silent is a timeout", async () => {
    const answer = held<CheckOutcome>();
    const w = await open({ provider: { start: () => started("T1"), check: () => answer.ask() } });
    await w.create();
    w.clock.moveTo((await w.run()) ?? 0);
    const checking = w.run();
    await answer.asked;
    w.clock.pass(20_000);
    await checking;
    expect(measured(w, "ProviderErrors")).toEqual([
      [1, { provider: "scripted", operation: "check", errorType: "timeout" }],
    ]);
    answer.answer(delivered(1));
  });

  it("that is broken off because this process has to stop says nothing about the provider", async () => {
    const answer = held<CheckOutcome>();
    const w = await open({ provider: { start: () => started("T1"), check: () => answer.ask() } });
    const key = keyOf(await w.create());
    w.clock.moveTo((await w.run()) ?? 0);
    w.measured.length = 0;
    const stop = new AbortController();
    const checking = advance(w.deps, key, { by: "run-job", signal: stop.signal });
    await answer.asked;
    stop.abort();
    await checking;
    expect(w.measured).toEqual([]);
    answer.answer(delivered(1));
  });

  it("that is to cancel counts too, each time that it fails", async () => {
    const cancel = () => {
      throw new Error("no");
    };
    const w = await open({ provider: { start: () => started("T1"), check: () => running(), cancel } });
    const key = keyOf(await w.create());
    await w.run();
    await cancelJob(w.deps, key);
    await w.rest();
    const cancels = w.provider.calls.filter((call) => call.name === "cancel");
    const error = [1, { provider: "scripted", operation: "cancel", errorType: "unknown" }];
    expect(measured(w, "ProviderErrors")).toEqual(cancels.map(() => error));
    expect(cancels.length).toBeGreaterThan(1);
  });
});

describe("Drift of the ledger", () => {
  /** Changes the user's account behind everybody's back. */
  async function removeHolds(w: World): Promise<void> {
    const stored = await readAccount(w.table, userId);
    if (!stored) throw new Error("no account");
    await w.table.put(accountItem({ ...stored.account, holds: [] }), { version: stored.version });
  }

  it.each(["completed", "cancelled"])(
    "is counted and logged once when the hold of a %s job is gone",
    async (outcome) => {
      const w = await open({ isBare: true, provider: { start: () => started("T1") } });
      const key = keyOf(await w.create());
      await w.run();
      await removeHolds(w);
      if (outcome === "cancelled") await Promise.all([cancelJob(w.process(), key), cancelJob(w.process(), key)]);
      await w.rest();
      expect((await w.job()).outcome).toBe(outcome);
      expect(measured(w, "LedgerDrift")).toEqual([[1, {}]]);
      expect(w.log.filter(({ message }) => message.startsWith("ledger drift"))).toMatchObject([
        { level: "error", fields: { ...key, round: 1, outcome } },
      ]);
    },
  );

  it("is no hold that another process has settled, also when that one died before it could say so", async () => {
    const w = await open();
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "closing" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    expect((await w.job()).phase).toBe("ended");
    await w.rest();
    expect(measured(w, "LedgerDrift")).toEqual([]);
    expect(measured(w, "CreditsSettled")).toEqual([[10, { movement: "captured" }]]);
  });
});

describe("The age of the oldest due item", () => {
  it("is told for each kind when a tick begins: 0 without any, else since it fell due", async () => {
    const w = await open({ longestShortMs: 0, isBare: true });
    const driver = createDriver(w.clock);
    const deps = w.process({ around: driver.around });
    const ages = () => Object.fromEntries(w.measured.splice(0).map((one) => [one.dimensions.kind, one.value]));
    const tick = () => runTick(deps, { job: async () => {}, account: async () => {} }, never);

    await driver.until(tick());
    expect(ages()).toEqual({ job: 0, account: 0 });

    const put = (name: string, at: number) =>
      w.table.put({ partition: "user#a", sort: name, data: {}, due: { kind: "job", shard: 3, at } }, "absent");
    await put("older", w.clock.now() + 5000);
    await put("newer", w.clock.now() + 60_000);
    w.clock.pass(125_000);
    await driver.until(tick());
    expect(ages()).toEqual({ job: 120, account: 0 });
  });
});
