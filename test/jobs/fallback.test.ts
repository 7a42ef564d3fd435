// A job whose provider fails or stays away, and another model that can do the same: when it goes there, when it never does, and what it
// leaves with the first one.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, jobPut } from "./intercept.ts";
import { delivered, failing, held, started } from "./outcomes.ts";
import { frozen } from "./test-clock.ts";

const open = worlds();

const fallback = { provider: "other", model: "other" };

function calls(w: World, name: string): [string[], string[]] {
  const of = (provider: World["provider"]) =>
    provider.calls.filter((call) => call.name === name).map((call) => call.task ?? call.reference);
  return [of(w.provider), of(w.other)];
}

describe("A round that would fail because the provider did", () => {
  it("goes on with the other model, for the same price, and says where it was before", async () => {
    const w = await open({ provider: { start: () => failing() }, other: {} });
    const { id } = await w.create({ fallback });
    await w.rest();
    const job = await w.job();
    expect(calls(w, "start")).toEqual([[`${id}-1`, `${id}-2`, `${id}-3`], [`${id}-4`]]);
    const shown = await publicJob(w.store, job);
    expect([shown.status, shown.provider, shown.model, shown.cost]).toEqual(["completed", "other", "other", 10]);
    expect(shown.fallbackFrom).toEqual({ provider: "scripted", model: "scripted" });
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("has two attempts there, and fails with the last one's error", async () => {
    const w = await open({ provider: { start: () => failing() }, other: { start: () => failing({ message: "no" }) } });
    await w.create({ fallback });
    await w.rest();
    expect(calls(w, "start").map(({ length }) => length)).toEqual([3, 2]);
    expect((await w.job()).error?.message).toBe("no");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("stays where it went when its user tries it again", async () => {
    const w = await open({ provider: { start: () => failing() }, other: { start: () => failing() } });
    const key = keyOf(await w.create({ fallback }));
    await w.rest();
    await retryJob(w.deps, key);
    await w.rest();
    expect(calls(w, "start").map(({ length }) => length)).toEqual([3, 5]);
  });

  it("is taken over once, also when whoever decided it died", async () => {
    const w = await open({ provider: { start: () => failing({ retryAfterMs: 1000 }) }, other: {} });
    await w.create({ fallback });
    const dead = dying((call) => (jobPut(call)?.fallbackFrom ? "after" : null));
    const owner = w.process({ around: dead.around });
    for (let n = 0; n < 3; n++) {
      await w.run(owner).catch(() => undefined);
      w.clock.pass(1000);
    }
    expect(dead.isDead()).toBe(true);
    await w.rest();
    expect(calls(w, "start").map(({ length }) => length)).toEqual([3, 1]);
    expect((await w.job()).outcome).toBe("completed");
  });
});

describe("No other model is asked", () => {
  it.each([
    ["after a refusal", failing({ type: "moderation_blocked", retryable: false })],
    ["after an error that would come again", failing({ retryable: false })],
    ["after success without outputs, which is a refusal", delivered(0)],
  ])("%s", async (_, outcome: StartOutcome) => {
    const w = await open({ provider: { start: () => outcome }, other: {} });
    await w.create({ fallback });
    await w.rest();
    expect([(await w.job()).outcome, w.other.calls]).toEqual(["failed", []]);
  });

  it("when the answer to a start was lost: it may have cost something", async () => {
    const lose = () => Promise.reject(new Error("the connection broke"));
    const w = await open({ provider: { lostSubmit: "never", start: lose }, other: {} });
    await w.create({ fallback });
    await w.rest();
    expect([(await w.job()).error?.type, w.other.calls]).toEqual(["provider_unknown", []]);
  });

  it("when none was named for the job", async () => {
    const w = await open({ provider: { start: () => failing() }, other: {} });
    await w.create();
    await w.rest();
    expect([(await w.job()).outcome, w.other.calls]).toEqual(["failed", []]);
  });
});

describe("A provider that stays away", () => {
  const limits = { account: "one" };
  const openSince = async (w: World, ms: number) => {
    const now = w.clock.now();
    const breaker = { failures: 9, openSince: now - ms, openUntil: now + 40_000, probeUntil: 0 };
    const key = { partition: "limit#scripted#one#start", sort: "limit" };
    await w.table.put({ ...key, data: { breaker, writtenAt: now } }, "absent");
  };

  it("for half a minute loses its job to the other model before any attempt", async () => {
    const w = await open({ provider: { limits }, other: {} });
    await openSince(w, 30_000);
    await w.create({ fallback });
    await w.rest();
    expect(calls(w, "start").map(({ length }) => length)).toEqual([0, 1]);
    expect([(await w.job()).outcome, (await w.job()).attempt]).toEqual(["completed", 1]);
  });

  it("for a shorter time does not", async () => {
    const w = await open({ provider: { limits }, other: {} });
    await openSince(w, 29_000);
    await w.create({ fallback });
    await w.run();
    expect([(await w.job()).phase, (await w.job()).provider, w.other.calls]).toEqual(["queued", "scripted", []]);
    // When it is back within that, it keeps the job.
    w.clock.pass(41_000);
    await w.run();
    expect(calls(w, "start").map(({ length }) => length)).toEqual([1, 0]);
  });
});

describe("What a job has left with its first provider", () => {
  it("is cancelled there, and what it has with the other one here", async () => {
    const first = held<StartOutcome>();
    const w = await open({
      provider: { lostSubmit: "byReference", start: (n) => (n === 0 ? first.ask() : failing()) },
      other: { start: () => started("B1", 60_000) },
    });
    const key = keyOf(await w.create({ fallback }));
    const ended = w.run(w.process({ clock: frozen(w.clock) }));
    await first.asked;
    w.clock.pass(15_000);
    await w.runFor(20_000);
    expect((await w.job()).task?.id).toBe("B1");
    // The answer to the very first start comes now, of which nobody knew.
    first.answer(started("A1"));
    await ended;
    expect((await w.job()).fallbackFrom).toMatchObject({ taskIds: ["A1"], strayTasks: [{ id: "A1" }] });
    await cancelJob(w.deps, key);
    await w.rest();
    expect(calls(w, "cancel")).toEqual([["A1"], ["B1"]]);
    const items = ["scripted#A1", "other#B1"].map((name) => w.table.get({ partition: `task#${name}`, sort: "task" }));
    expect([(await w.job()).providerCancel, await Promise.all(items)]).toEqual(["done", [null, null]]);
  });

  it("is cancelled there also when it comes after the job was closed", async () => {
    const first = held<StartOutcome>();
    const w = await open({
      provider: { lostSubmit: "byReference", start: (n) => (n === 0 ? first.ask() : failing()) },
      other: {},
    });
    await w.create({ fallback });
    const ended = w.run(w.process({ clock: frozen(w.clock) }));
    await first.asked;
    w.clock.pass(15_000);
    await w.rest();
    expect([(await w.job()).outcome, (await w.job()).provider]).toEqual(["completed", "other"]);
    first.answer(started("A1"));
    await ended;
    await w.rest();
    expect(calls(w, "cancel")).toEqual([["A1"], []]);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });
});
