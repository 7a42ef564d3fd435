// Submitting an attempt, and finding out what became of one whose answer was lost.
import { describe, expect, it } from "vitest";
import type { Job } from "../../shared/jobs/job.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, jobPut } from "./intercept.ts";
import { delivered, started } from "./outcomes.ts";

const open = worlds();

describe("A submission", () => {
  it("is written down, with its reference, before the provider is called", async () => {
    const seen: Job[] = [];
    const w = await open({
      provider: {
        async start() {
          seen.push(await w.job());
          return delivered(1);
        },
      },
    });
    const { id } = await w.create();
    await w.run();
    expect(seen.map((job) => [job.phase, job.attempt, job.reference, job.paidRound])).toEqual([
      ["submitting", 1, `${id}-1`, 1],
    ]);
    expect(w.provider.calls[0]).toEqual({ name: "start", reference: `${id}-1` });
  });

  it("leaves the provider's task on the job, and an item by which the provider's calls find the job", async () => {
    const w = await open({ provider: { start: () => started("T1", 4000) } });
    const { id, userId } = await w.create();
    const next = await w.run();
    const job = await w.job();
    expect([job.phase, job.task, job.taskIds]).toEqual(["waiting", { id: "T1" }, ["T1"]]);
    expect(next).toBe(w.clock.now() + 4000);
    const item = await w.table.get({ partition: "task#scripted#T1", sort: "task" });
    expect(item?.data).toEqual({ userId, jobId: id, attempt: 1 });
  });

  it("is not made for a job that nobody has paid for", async () => {
    const w = await open({ credits: 10 });
    const dead = dying((call) => (call.port === "table" && jobPut(call) ? "after" : null));
    const broke = w.process({ around: dead.around });
    await expect(w.createBy(broke)).rejects.toThrow("dead");
    await w.run();
    expect(w.provider.calls).toEqual([]);
    expect((await w.job()).phase).toBe("queued");
  });

  it("of a provider that is gone from the configuration fails the job and gives the credits back", async () => {
    const w = await open();
    await w.create();
    await w.run({ ...w.deps, providers: new Map() });
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.error?.retryable]).toEqual(["failed", "provider_error", false]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("When a process dies between the provider's answer and writing it down", () => {
  /** The provider has answered, and whoever asked is dead before it can write the answer. */
  async function dieWithAnswer(w: World): Promise<void> {
    const dead = dying((call) => (call.name === "start" ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    expect((await w.job()).phase).toBe("submitting");
    w.clock.pass(15_000);
  }

  it("a submission that is harmless is made again, as the same attempt", async () => {
    const w = await open({ provider: { lostSubmit: "restart" } });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run();
    expect(w.provider.calls.filter((call) => call.name === "start")).toEqual([
      { name: "start", reference: `${id}-1` },
      { name: "start", reference: `${id}-1` },
    ]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a provider that takes our reference as a key is asked again with the same one", async () => {
    const w = await open({
      provider: { lostSubmit: "byReference", start: (_, reference) => started(`task of ${reference}`) },
    });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run();
    expect(w.provider.calls.map((call) => call.reference)).toEqual([`${id}-1`, `${id}-1`]);
    const job = await w.job();
    expect([job.phase, job.task?.id, job.attempt]).toEqual(["waiting", `task of ${id}-1`, 1]);
  });

  it("a task that the provider knows by our reference is adopted, and nothing is submitted again", async () => {
    const w = await open({
      provider: { lostSubmit: "lookUp", start: () => started("T1"), lookUp: () => ({ id: "T1" }) },
    });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run();
    expect(w.provider.calls.slice(0, 2)).toEqual([
      { name: "start", reference: `${id}-1` },
      { name: "lookUp", reference: `${id}-1` },
    ]);
    await w.rest();
    expect(w.provider.calls.filter((call) => call.name === "start")).toHaveLength(1);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a task that the provider does not know leads to the next attempt", async () => {
    const w = await open({ provider: { lostSubmit: "lookUp", start: (count) => started(`T${count}`) } });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run();
    expect((await w.job()).phase).toBe("queued");
    await w.rest();
    const starts = w.provider.calls.filter((call) => call.name === "start");
    expect(starts.map((call) => call.reference)).toEqual([`${id}-1`, `${id}-2`]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a provider that cannot be asked ends the round: refunded, and noted for the operator", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: () => started("T1") } });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.uncertain]).toEqual(["failed", "provider_unknown", [`${id}-1`]]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    expect(w.log).toContainEqual(expect.objectContaining({ level: "error", message: "uncertain" }));
    await w.rest();
    expect(w.provider.calls.filter((call) => call.name === "start")).toHaveLength(1);
  });

  it("before the provider was called at all, a look-up that finds nothing submits the next attempt", async () => {
    const w = await open({ provider: { lostSubmit: "lookUp" } });
    const { id } = await w.create();
    const dead = dying((call) => (call.name === "start" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    await w.rest();
    expect(w.provider.calls.map(({ name, reference }) => `${name} ${reference}`).slice(0, 2)).toEqual([
      `lookUp ${id}-1`,
      `start ${id}-2`,
    ]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("a provider that is gone by then fails the job, gives the credits back, and notes that it may have been called", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: () => started("T1") } });
    const { id } = await w.create();
    await dieWithAnswer(w);
    await w.run({ ...w.deps, providers: new Map() });
    const job = await w.job();
    expect(job.outcome).toBe("failed");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
    expect(job.uncertain).toEqual([`${id}-1`]);
  });
});

describe("A start that throws", () => {
  const lost = () => {
    throw new Error("the connection broke");
  };

  it("of a provider that may be started again is a failed attempt", async () => {
    const w = await open({ provider: { lostSubmit: "restart", start: (n) => (n === 0 ? lost() : delivered(1)) } });
    const { id } = await w.create();
    await w.run();
    expect((await w.job()).phase).toBe("queued");
    await w.rest();
    const starts = w.provider.calls.filter((call) => call.name === "start");
    expect(starts.map((call) => call.reference)).toEqual([`${id}-1`, `${id}-2`]);
  });

  it("of a provider that takes our reference is repeated with it, and is no failed attempt", async () => {
    const w = await open({
      provider: { lostSubmit: "byReference", start: (n) => (n === 0 ? lost() : started("T1")) },
    });
    const { id } = await w.create();
    await w.run();
    expect((await w.job()).phase).toBe("submitting");
    await w.rest();
    const starts = w.provider.calls.filter((call) => call.name === "start");
    expect(starts.map((call) => call.reference)).toEqual([`${id}-1`, `${id}-1`]);
    expect((await w.job()).attempt).toBe(1);
  });

  it("of a provider that can be asked is looked up, and what is found is adopted", async () => {
    const w = await open({ provider: { lostSubmit: "lookUp", start: lost, lookUp: () => ({ id: "T1" }) } });
    await w.create();
    await w.run();
    await w.rest();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start", "lookUp", "check", "open"]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("of a provider that cannot be asked ends the round: refunded, and noted for the operator", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: lost } });
    const { id } = await w.create();
    await w.run();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.uncertain]).toEqual(["failed", "provider_unknown", [`${id}-1`]]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("three times fails the job, with the credits given back", async () => {
    const w = await open({ provider: { lostSubmit: "restart", start: lost } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.error?.type, job.attempt]).toEqual(["failed", "provider_error", 3]);
  });
});

describe("A task that is known", () => {
  it("is kept although the table failed just then", async () => {
    let hasFailed = false;
    const w = await open({ provider: { lostSubmit: "never", start: () => started("T1") } });
    await w.create();
    const hiccup = w.process({
      async around(call, act) {
        if (jobPut(call)?.phase === "waiting" && !hasFailed) {
          hasFailed = true;
          throw new Error("the table is busy");
        }
        return act();
      },
    });
    await w.run(hiccup);
    await w.rest();
    const job = await w.job();
    expect([hasFailed, job.outcome, job.uncertain]).toEqual([true, "completed", []]);
  });
});
