// Notes of what a provider may have taken without our knowing: none is lost, none is false, and the operator is done with each once.
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { finishNote, type UncertainNote, uncertainNotes } from "../../shared/jobs/moving/uncertain-notes.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { dying, itemPut } from "./intercept.ts";
import { delivered, held, started } from "./outcomes.ts";
import { frozen } from "./test-clock.ts";

const open = worlds();

const lose = () => Promise.reject(new Error("the connection broke"));

async function notes(w: World): Promise<UncertainNote[]> {
  const all: UncertainNote[] = [];
  for await (const note of uncertainNotes(w.table)) all.push(note);
  return all;
}

describe("An attempt whose answer is lost for good", () => {
  it("leaves a note that says which provider, job and user, and when", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: lose } });
    const { id: jobId, userId } = await w.create();
    await w.rest();
    const at = (await w.job()).completedAt;
    const note = { reference: `${jobId}-1`, provider: "scripted", jobId, userId, at, doneAt: null };
    expect(await notes(w)).toEqual([note]);
  });

  it("leaves it when the job ended while the start was under way, and the provider cannot be asked", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { lostSubmit: "never", start: () => first.ask() } });
    const { id } = await w.create({ deadlineMs: 10_000 });
    void w.run(w.process({ clock: frozen(w.clock) })).catch(() => undefined);
    await first.asked;
    w.clock.pass(11_000);
    await w.rest();
    expect((await notes(w)).map(({ reference }) => reference)).toEqual([`${id}-1`]);
    expect((await w.job()).uncertain).toEqual([`${id}-1`]);
  });

  it.each(["before", "after"] as const)("leaves it also when whoever writes it dies %s that", async (moment) => {
    const w = await open({ provider: { lostSubmit: "never", start: lose } });
    const { id } = await w.create();
    const dead = dying((call) => (itemPut(call)?.partition === "uncertain" ? moment : null));
    await w.run(w.process({ around: dead.around })).catch(() => undefined);
    expect(dead.isDead()).toBe(true);
    await w.rest();
    expect((await notes(w)).map(({ reference }) => reference)).toEqual([`${id}-1`]);
  });

  it("has one note for each attempt, however often its job is closed", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: lose } });
    const { id } = await w.create();
    await w.rest();
    await retryJob(w.deps, keyOf(await w.job()));
    await w.rest();
    expect((await notes(w)).map(({ reference }) => reference)).toEqual([`${id}-1`, `${id}-2`]);
  });
});

describe("A note", () => {
  it("that the operator is done with is not shown again, also when the job is closed once more", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: lose } });
    const { id } = await w.create();
    await w.run();
    expect(await notes(w)).toHaveLength(1);
    const done = await finishNote(w.deps, `${id}-1`);
    expect(await finishNote(w.deps, `${id}-1`)).toEqual(done);
    await w.rest();
    expect(await notes(w)).toEqual([]);
  });

  it("is withdrawn when the answer comes after all: the task is known then, and cancelled", async () => {
    const first = held<StartOutcome>();
    const w = await open({ provider: { lostSubmit: "never", start: () => first.ask() } });
    await w.create();
    const ended = w.run(w.process({ clock: frozen(w.clock) }));
    await first.asked;
    w.clock.pass(15_000);
    await w.rest();
    expect(await notes(w)).toHaveLength(1);
    first.answer(started("T1"));
    await ended;
    await w.rest();
    expect([await notes(w), (await w.job()).uncertain]).toEqual([[], []]);
    expect(w.provider.calls.at(-1)).toMatchObject({ name: "cancel", task: "T1" });
  });

  it("is none of a job that nothing was lost of, nor of one that nobody knows", async () => {
    const w = await open({ provider: { lostSubmit: "never", start: () => delivered(1) } });
    await w.create();
    await w.rest();
    expect([await notes(w), await finishNote(w.deps, "nobody-1")]).toEqual([[], null]);
  });
});
