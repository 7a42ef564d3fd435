// What the log says of a job: one line when it is made, one for each round that has ended, whoever ended it.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { type World, type WorldOptions, worlds } from "./fixture.ts";
import { dying, jobPut, objectOf } from "./intercept.ts";
import { delivered, failing, running, started } from "./outcomes.ts";

const open = worlds();

const said = (w: World, message: string) =>
  w.told.filter((line) => line.message === message).map(({ fields }) => fields);
const ends = (w: World) => said(w, "a job has ended");

const works: WorldOptions["provider"] = { start: () => delivered(1) };
const refuses: WorldOptions["provider"] = {
  start: () => failing({ retryable: false, message: "The prompt 'a lake' is not taken." }),
};

describe.each([false, true])("With a table that writes items together: %s", (isTogether) => {
  it("a job that is completed is told twice: when it is made, and with its cost when it has ended", async () => {
    const w = await open({ provider: works, isTogether });
    const { id: jobId, userId } = await w.create();
    await w.rest();
    const names = { jobId, userId, type: "image", operation: "generate", provider: "scripted", model: "scripted" };
    expect(said(w, "a job was created")).toEqual([{ ...names, price: 10, n: 1 }]);
    expect(ends(w)).toEqual([
      expect.objectContaining({ ...names, outcome: "completed", cost: 10, attempts: 1, ms: expect.any(Number) }),
    ]);
  });

  it("one that fails says why by the error's type, and never in the vendor's words", async () => {
    const w = await open({ provider: refuses, isTogether });
    await w.create();
    await w.rest();
    expect(ends(w)).toMatchObject([{ outcome: "failed", errorType: "provider_error", cost: 0, attempts: 1 }]);
    expect(JSON.stringify(w.told)).not.toContain("a lake");
  });

  it("one that is cancelled by its user, and one that is ended at its deadline, have one line each", async () => {
    const w = await open({ provider: { start: () => started("t1", 1000), check: () => running() }, isTogether });
    const cancelled = await w.create();
    const late = await w.create({ deadlineMs: 100_000 });
    await w.tick();
    await cancelJob(w.deps, keyOf(cancelled));
    await w.rest();
    expect(ends(w).map(({ jobId, outcome, errorType }) => [jobId, outcome, errorType])).toEqual([
      [cancelled.id, "cancelled", undefined],
      [late.id, "failed", "deadline_exceeded"],
    ]);
  });

  it("each round has its own", async () => {
    const w = await open({ provider: refuses, isTogether });
    const key = keyOf(await w.create());
    await w.run();
    await retryJob(w.deps, key);
    await w.rest();
    expect(ends(w).map(({ round }) => round)).toEqual([undefined, 2]);
    expect(said(w, "a job is tried again")).toMatchObject([{ jobId: key.jobId, round: 2, price: 10 }]);
    expect(said(w, "a job was created")).toHaveLength(1);
  });

  it("a round that is tried again before it was closed is told all the same", async () => {
    const w = await open({ provider: refuses, isTogether });
    const key = keyOf(await w.create());
    const dead = dying((call) => (JSON.stringify(call.args).includes('"phase":"closing"') ? "after" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), ends(w).length]).toEqual([true, 0]);
    await retryJob(w.deps, key);
    await w.rest();
    expect(ends(w).map(({ round }) => round)).toEqual([undefined, 2]);
  });

  it("closing that fails half way tells nothing twice", async () => {
    const w = await open({ provider: works, isTogether });
    await w.create();
    let refusals = 0;
    const flaky = w.process({
      async around(call, act) {
        const isTicket = objectOf(call, "delete")?.startsWith("temp/tickets/") ?? false;
        if (isTicket && ++refusals <= 3) throw new Error("the store is away");
        return act();
      },
    });
    await w.run(flaky);
    for (let i = 0; i < 10 && (await w.job()).phase !== "closed"; i++) {
      w.clock.moveTo((await w.job()).dueAt ?? w.clock.now());
      await w.run(flaky);
    }
    expect([refusals > 3, (await w.job()).phase]).toEqual([true, "closed"]);
    expect(ends(w)).toHaveLength(1);
  });

  it("whoever dies between the line and the write that says so leaves it to the next one: twice, and never not at all", async () => {
    const w = await open({ provider: works, isTogether });
    await w.create();
    const dead = dying((call) => (jobPut(call)?.phase === "closed" ? "before" : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), ends(w).length]).toEqual([true, 1]);
    await w.rest();
    expect(ends(w).map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
  });

  it("whoever dies right behind the write that ends a job leaves the line to the next one", async () => {
    const w = await open({ provider: works, isTogether });
    await w.create();
    const dead = dying((call) => {
      const job = isTogether && call.name === "putTogether" ? call.args[0] : jobPut(call);
      return JSON.stringify(job ?? {}).includes('"outcome":"completed"') ? "after" : null;
    });
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect([dead.isDead(), ends(w).length]).toEqual([true, 0]);
    await w.rest();
    expect(ends(w)).toHaveLength(1);
  });

  it("with debug each phase and each call of a provider is there too", async () => {
    const w = await open({ provider: works, isTogether });
    const { id } = await w.create();
    await w.rest();
    const moves = said(w, "a job moved").map(({ jobId, from, phase }) => [jobId, `${from} → ${phase}`]);
    expect(moves.map(([jobId]) => jobId)).toEqual(moves.map(() => id));
    expect(moves.map(([, move]) => move)).toContain("queued → submitting");
    expect(said(w, "a provider was called")).toMatchObject([{ jobId: id, provider: "scripted", operation: "start" }]);
  });
});

it("a job that nobody could pay for has no end to tell", async () => {
  const w = await open({ credits: 0 });
  await w.create().catch(() => undefined);
  await w.rest();
  expect([said(w, "a job was created"), ends(w)]).toEqual([[], []]);
});
