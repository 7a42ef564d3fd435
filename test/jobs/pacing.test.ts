// A provider that says how often it may be asked: steps wait for their place without costing the job anything.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { type Job, keyOf } from "../../shared/jobs/job.ts";
import type { Limits } from "../../shared/ports/provider.ts";
import type { ItemKey } from "../../shared/ports/table.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, itemPut, jobPut } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";

const open = worlds();

const limits: Limits = { account: "one", start: { perSecond: 2 }, query: { perSecond: 10 } };
const keyFor = (operation: "start" | "query"): ItemKey => ({
  partition: `limit#scripted#one#${operation}`,
  sort: "limit",
});

/** As other instances have left it. */
async function leave(w: World, operation: "start" | "query", data: Record<string, unknown>): Promise<void> {
  const item = { ...keyFor(operation), data: { writtenAt: w.clock.now(), ...data } as never };
  const found = await w.table.get(item);
  await w.table.put(item, found ? { version: found.version } : "absent");
}

const busyFor = (w: World, ms: number) => ({ nextAt: { usual: w.clock.now() + ms, urgent: 0 } });
const openFor = (w: World, ms: number) => ({
  breaker: { failures: 5, openSince: w.clock.now(), openUntil: w.clock.now() + ms, probeUntil: 0 },
});

function asked(w: World, name: "start" | "check" | "cancel"): number {
  return w.provider.calls.filter((call) => call.name === name).length;
}

/** How long the job waits from now on. */
function waitOf(w: World, job: Job): number {
  return (job.dueAt ?? 0) - w.clock.now();
}

describe("A provider without limits", () => {
  it("is asked without a look at the table", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => delivered(1) } });
    await w.create();
    await w.rest();
    expect([...w.touched.values()].filter(({ partition }) => partition.startsWith("limit#"))).toEqual([]);
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("A start for which there is no place within five seconds", () => {
  it("is put off, with no attempt spent and no word to the provider", async () => {
    const w = await open({ provider: { limits } });
    await w.create();
    await leave(w, "start", busyFor(w, 8000));
    await w.run();
    const job = await w.job();
    expect([job.phase, job.attempt, job.attemptsInRound, job.looks, asked(w, "start")]).toEqual(["queued", 0, 0, 0, 0]);
    expect(waitOf(w, job)).toBeGreaterThanOrEqual(8000);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("may be put off any number of times, and is no poison", async () => {
    const w = await open({ provider: { limits } });
    await w.create();
    for (let times = 0; times < 30; times++) {
      w.clock.moveTo((await w.job()).dueAt ?? 0);
      await leave(w, "start", busyFor(w, 8000));
      await w.run();
    }
    expect([(await w.job()).phase, (await w.job()).looks, asked(w, "start")]).toEqual(["queued", 0, 0]);
  });

  it("can be cancelled meanwhile", async () => {
    const w = await open({ provider: { limits } });
    const key = keyOf(await w.create());
    await leave(w, "start", busyFor(w, 8000));
    await w.run();
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("ends with the deadline when there never is one, and is given back", async () => {
    const w = await open({ provider: { limits } });
    const { deadlineAt } = await w.create();
    for (let looks = 0; looks < 200 && (await w.job()).outcome === null; looks++) {
      w.clock.moveTo(Math.min((await w.indexedAt()) ?? 0, deadlineAt));
      await leave(w, "start", busyFor(w, 8000));
      await w.tick();
    }
    expect([(await w.job()).error?.type, asked(w, "start")]).toEqual(["deadline_exceeded", 0]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("When a process dies with a place", () => {
  it("nothing was started, and the job begins its first attempt later", async () => {
    const w = await open({ provider: { limits } });
    const { id } = await w.create();
    const dead = dying((call) => (itemPut(call)?.partition.startsWith("limit#") ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), asked(w, "start"), (await w.job()).attempt]).toEqual([true, 0, 0]);
    await w.rest();
    expect(w.provider.calls.filter(({ name }) => name === "start")).toEqual([{ name: "start", reference: `${id}-1` }]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("before it begins the attempt, the place is lost and no attempt is", async () => {
    const w = await open({ provider: { limits } });
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "submitting" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), asked(w, "start")]).toEqual([true, 0]);
    await w.rest();
    expect([(await w.job()).outcome, (await w.job()).attempt]).toEqual(["completed", 1]);
  });
});

describe("A vendor that has too much to do", () => {
  it("is left alone by everybody for as long as it says, and no attempt is spent", async () => {
    const w = await open({
      provider: {
        limits,
        start: (n) => (n === 0 ? failing({ isThrottled: true, retryAfterMs: 30_000 }) : delivered(1)),
      },
    });
    await w.create();
    await w.run();
    const other = await w.create();
    w.clock.pass(2000);
    await w.run(w.process(), keyOf(other));
    expect([asked(w, "start"), (await w.job()).attemptsInRound]).toEqual([1, 0]);
    expect(waitOf(w, await w.job(keyOf(other)))).toBeGreaterThanOrEqual(28_000);
    await w.rest();
    expect((await w.jobs()).map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
  });

  it("does not lose the task that it was asked about", async () => {
    const w = await open({
      provider: {
        limits,
        start: (n) => started(`T${n + 1}`),
        check: (n) => (n === 0 ? failing({ isThrottled: true, retryAfterMs: 20_000 }) : delivered(1)),
      },
    });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    await w.run();
    const job = await w.job();
    expect([job.phase, job.task?.id, waitOf(w, job)]).toEqual(["waiting", "T1", 20_000]);
    await w.rest();
    expect([asked(w, "start"), asked(w, "cancel"), (await w.job()).outcome]).toEqual([1, 0, "completed"]);
  });

  it("and no limits of its own, keeps its task as well", async () => {
    const w = await open({
      provider: { start: () => started("T1"), check: (n) => (n < 3 ? failing({ isThrottled: true }) : delivered(1)) },
    });
    await w.create();
    await w.rest();
    expect([asked(w, "start"), (await w.job()).outcome]).toEqual([1, "completed"]);
  });
});

describe("A look at a task", () => {
  const script = { limits, start: () => started("T1"), check: (n: number) => (n === 0 ? running(40) : delivered(1)) };

  it("for which there is no place is put off, and the task goes on", async () => {
    const w = await open({ provider: script });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    await leave(w, "query", busyFor(w, 9000));
    await w.run();
    const job = await w.job();
    expect([job.phase, job.looks, asked(w, "check")]).toEqual(["waiting", 0, 0]);
    expect(waitOf(w, job)).toBeGreaterThanOrEqual(9000);
    await w.rest();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("comes as late as all tasks under way need, however soon the provider would be asked", async () => {
    const w = await open({ provider: script });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    await leave(w, "query", { load: 800, loadAt: w.clock.now() });
    await w.run();
    expect(waitOf(w, await w.job())).toBeGreaterThanOrEqual(90_000);
  });

  it("is made before the deadline also when everything else of the budget is taken", async () => {
    const w = await open({ provider: script });
    const { deadlineAt } = await w.create({ deadlineMs: 60_000 });
    await w.run();
    for (let looks = 0; looks < 20 && asked(w, "check") === 0; looks++) {
      w.clock.moveTo((await w.indexedAt()) ?? 0);
      await leave(w, "query", busyFor(w, 9000));
      await w.tick();
    }
    expect([asked(w, "check"), deadlineAt - w.clock.now()]).toEqual([1, 6000]);
  });

  it("is not made while the breaker is open, and finds the task again when it closes", async () => {
    const w = await open({ provider: { ...script, check: () => delivered(1) } });
    await w.create();
    await w.run();
    w.clock.pass(1000);
    await leave(w, "query", openFor(w, 30_000));
    await w.run();
    expect([asked(w, "check"), (await w.job()).task?.id]).toEqual([0, "T1"]);
    await w.rest();
    expect([(await w.job()).outcome, asked(w, "start")]).toEqual(["completed", 1]);
  });
});

describe("A cancel at the provider", () => {
  it("has a place although checks have taken theirs for long", async () => {
    const w = await open({ provider: { limits, start: () => started("T1", 60_000) } });
    const key = keyOf(await w.create());
    await w.run();
    await leave(w, "query", busyFor(w, 60_000));
    await cancelJob(w.deps, key);
    await w.tick();
    expect([asked(w, "cancel"), (await w.job()).providerCancel]).toEqual([1, "done"]);
  });

  it("waits while the vendor is to be left alone, is made then, and counts as no failure", async () => {
    const w = await open({ provider: { limits, start: () => started("T1", 60_000) } });
    const key = keyOf(await w.create());
    await w.run();
    await leave(w, "query", { pausedUntil: w.clock.now() + 20_000 });
    await cancelJob(w.deps, key);
    await w.tick();
    const job = await w.job();
    expect([job.phase, job.looks, job.providerCancel, asked(w, "cancel")]).toEqual(["closing", 0, "requested", 0]);
    await w.rest();
    expect((await w.job()).providerCancel).toBe("done");
  });

  it("is given up after some tries when the vendor stays away, and says that it is unknown", async () => {
    const w = await open({ provider: { limits, start: () => started("T1", 60_000) } });
    const key = keyOf(await w.create());
    await w.run();
    await leave(w, "query", openFor(w, 3_600_000));
    await cancelJob(w.deps, key);
    await w.rest();
    expect([(await w.job()).providerCancel, asked(w, "cancel")]).toEqual(["unknown", 0]);
  });
});

describe("The breaker", () => {
  it("opens after failures in a row, spares the others their attempts, and closes when one call succeeds", async () => {
    let isBack = false;
    const w = await open({ provider: { limits, start: () => (isBack ? delivered(1) : failing()) } });
    for (let n = 0; n < 5; n++) {
      const key = keyOf(await w.create());
      await w.run(w.deps, key);
      w.clock.pass(1000);
    }
    expect(asked(w, "start")).toBe(5);
    const late = keyOf(await w.create());
    await w.run(w.deps, late);
    expect([asked(w, "start"), (await w.job(late)).attempt]).toEqual([5, 0]);
    isBack = true;
    await w.rest();
    const jobs = await w.jobs();
    expect(jobs.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => "completed"));
    expect((await w.job(late)).attempt).toBe(1);
  });

  it("leaves a job queued until its deadline, whose credits are then given back", async () => {
    const w = await open({ provider: { limits, start: () => failing() } });
    await leave(w, "start", openFor(w, 60_000));
    const { deadlineAt } = await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type === "deadline_exceeded" || job.attempt <= 3]).toEqual(["failed", true]);
    expect(job.completedAt ?? 0).toBeLessThanOrEqual(deadlineAt);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("is not opened by refusals, nor by tasks that have failed", async () => {
    const refusal = failing({ type: "moderation_blocked", retryable: false });
    const w = await open({
      provider: {
        limits: { account: "one" },
        start: (n) => (n % 2 === 0 ? refusal : started(`T${n}`)),
        check: () => failing({ retryable: false }),
      },
    });
    for (let n = 0; n < 10; n++) await w.create();
    await w.rest();
    const items = await Promise.all((["start", "query"] as const).map((operation) => w.table.get(keyFor(operation))));
    const breakers = items.map((item) => (item?.data.breaker as { failures: number } | undefined)?.failures ?? 0);
    expect([breakers, asked(w, "start")]).toEqual([[0, 0], 10]);
  });
});
