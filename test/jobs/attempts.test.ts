// Attempts: what is tried again, when, how often; and what a user's retry begins anew.
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { type World, worlds } from "./fixture.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { pictures } from "./request.ts";
import { broken, whole } from "./sources.ts";

const open = worlds();

function starts(w: World): string[] {
  return w.provider.calls.filter((call) => call.name === "start").map((call) => call.reference);
}

/** Takes the attempt that is due, and says how long the job then waits. */
async function waitAfterAttempt(w: World): Promise<number> {
  await w.run();
  const pauseMs = ((await w.job()).dueAt ?? 0) - w.clock.now();
  w.clock.pass(pauseMs);
  return pauseMs;
}

describe("A failure that may pass", () => {
  it("is tried again after 2 s and then after 8 s, and ends the job at the third time", async () => {
    const w = await open({ provider: { start: (n) => failing({ message: `failure ${n + 1}` }) } });
    const { id } = await w.create();
    expect(await waitAfterAttempt(w)).toBe(2000);
    expect((await w.job()).outcome).toBeNull();
    expect(await waitAfterAttempt(w)).toBe(8000);
    await w.run();
    const job = await w.job();
    expect(starts(w)).toEqual([`${id}-1`, `${id}-2`, `${id}-3`]);
    expect([job.outcome, job.error]).toEqual([
      "failed",
      { type: "provider_error", message: "failure 3", retryable: true },
    ]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("is spread by chance, a quarter to either side", async () => {
    for (const [value, pauses] of [
      [0, [1500, 6000]],
      [0.999_999, [2500, 10_000]],
    ] as const) {
      const w = await open({ provider: { start: () => failing() } });
      w.chance.value = value;
      await w.create();
      expect([await waitAfterAttempt(w), await waitAfterAttempt(w)]).toEqual(pauses);
    }
  });

  it("waits as long as the provider says", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? failing({ retryAfterMs: 30_000 }) : delivered(1)) } });
    await w.create();
    expect(await waitAfterAttempt(w)).toBe(30_000);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("does not outlive the deadline, however long the provider wants to be left alone", async () => {
    const w = await open({ provider: { start: () => failing({ retryAfterMs: 3_600_000 }) } });
    const { deadlineAt } = await w.create();
    await w.rest();
    const { error, completedAt } = await w.job();
    expect([error?.type, completedAt]).toEqual(["deadline_exceeded", deadlineAt]);
  });

  it("of a task that was under way leads to a new task", async () => {
    const w = await open({
      provider: { start: (n) => started(`T${n + 1}`), check: (n) => (n === 0 ? failing() : delivered(1)) },
    });
    const { id } = await w.create();
    await w.rest();
    expect(starts(w)).toEqual([`${id}-1`, `${id}-2`]);
    expect(w.provider.calls.filter((call) => call.name === "cancel")).toEqual([]);
    expect((await w.job()).outcome).toBe("completed");
  });

  it("of a provider that names the same task again leads to three attempts, and not to starts without end", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => failing() } });
    const { id } = await w.create();
    await w.rest();
    expect(starts(w)).toEqual([`${id}-1`, `${id}-2`, `${id}-3`]);
    expect((await w.job()).outcome).toBe("failed");
  });

  it("can be cancelled while the job waits for its next attempt", async () => {
    const w = await open({ provider: { start: () => failing() } });
    const key = keyOf(await w.create());
    await w.run();
    expect((await cancelJob(w.deps, key)).outcome).toBe("cancelled");
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });
});

describe("A failure that will not pass", () => {
  it("ends the job at once, with the credits given back", async () => {
    const w = await open({
      provider: {
        start: () => failing({ type: "moderation_blocked", message: "It shows too much.", retryable: false }),
      },
    });
    const { id } = await w.create();
    await w.run();
    const job = await w.job();
    expect(starts(w)).toEqual([`${id}-1`]);
    expect(job.error).toEqual({ type: "moderation_blocked", message: "It shows too much.", retryable: false });
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("after two that might have passed ends the job with its own error", async () => {
    const w = await open({
      provider: { start: (n) => (n < 2 ? failing() : failing({ type: "moderation_blocked", retryable: false })) },
    });
    await w.create();
    await w.rest();
    expect((await w.job()).error?.type).toBe("moderation_blocked");
  });
});

describe("A success without outputs", () => {
  it("is a refusal that was not said: given back in full, and never tried again", async () => {
    const w = await open({ provider: { start: () => delivered(0) } });
    const { id } = await w.create();
    await w.rest();
    const job = await w.job();
    expect(starts(w)).toEqual([`${id}-1`]);
    expect([job.outcome, job.error?.type, job.error?.retryable]).toEqual(["failed", "moderation_blocked", false]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("of a task is a refusal, too", async () => {
    const w = await open({ provider: { start: () => started("T"), check: () => delivered(0) } });
    await w.create();
    await w.rest();
    expect((await w.job()).error?.type).toBe("moderation_blocked");
    expect(starts(w)).toHaveLength(1);
  });
});

describe("Fewer outputs than were asked for", () => {
  it("are tried again, and what a whole attempt then brings is what counts", async () => {
    const w = await open({ provider: { start: (n) => delivered(n === 0 ? 1 : 3) } });
    const { id } = await w.create({ request: pictures(3) });
    await w.rest();
    const job = await w.job();
    expect(starts(w)).toEqual([`${id}-1`, `${id}-2`]);
    expect(job.outputs.map((output) => output.index)).toEqual([0, 1, 2]);
    expect(await w.bookings()).toEqual(["charge -30"]);
  });

  it("on the last attempt complete the job, which pays for what there is and gets the rest back in the same write", async () => {
    const w = await open({ provider: { start: () => delivered(2) } });
    await w.create({ request: pictures(3) });
    await w.rest();
    const job = await w.job();
    expect([job.outcome, job.attempt, job.outputs.length, job.captured]).toEqual(["completed", 3, 2, 20]);
    expect(await w.bookings()).toEqual(["charge -30", "refund 10"]);
    expect((await w.account()).spent).toBe(20);
  });

  it("because one is refused for what it is complete the job without it, with no further attempt", async () => {
    const refused = { kind: "url", url: "http://10.0.0.1/x.png" } as const;
    const w = await open({
      provider: { start: () => ({ state: "succeeded", sources: [...delivered(1).sources, refused] }) },
      fetchSource: () => Promise.reject(new AppError("fetch_refused")),
    });
    const { id } = await w.create({ request: pictures(2) });
    await w.rest();
    expect(starts(w)).toEqual([`${id}-1`]);
    expect((await w.job()).outputs).toHaveLength(1);
    expect(await w.bookings()).toEqual(["charge -20", "refund 10"]);
  });

  it("are delivered although the provider has nothing more to say when it is asked for fresh sources", async () => {
    for (const later of [failing({ retryable: false }), delivered(0)]) {
      const w = await open({
        provider: {
          start: (n) => started(`T${n + 1}`),
          check: (n) => (n % 2 === 0 ? delivered(2) : later),
          open: (index) => (index === 0 ? whole() : broken()),
        },
      });
      await w.create({ request: pictures(2) });
      await w.rest();
      const job = await w.job();
      expect([job.outcome, job.outputs.length, job.captured]).toEqual(["completed", 1, 10]);
    }
  });

  it("of fresh sources do not stop the job, nor the process", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n + 1}`),
        check: (n) => delivered(n % 2 === 0 ? 2 : 1),
        open: (index) => (index === 0 ? whole() : broken()),
      },
    });
    await w.create({ request: pictures(2) });
    await w.rest();
    expect((await w.job()).outputs).toHaveLength(1);
  });
});

describe("More outputs than were asked for", () => {
  it("are left where they are", async () => {
    const w = await open({ provider: { start: () => delivered(4) } });
    await w.create({ request: pictures(2) });
    await w.rest();
    expect((await w.job()).outputs).toHaveLength(2);
    expect(w.provider.calls.filter((call) => call.name === "open")).toHaveLength(2);
  });
});

describe("A retry by the user", () => {
  it("has three attempts of its own, whose numbers and times go on", async () => {
    const w = await open({ provider: { start: () => failing() } });
    const { id } = await w.create();
    await w.rest();
    const before = await w.job();
    await retryJob(w.deps, keyOf(before));
    await w.rest();
    const job = await w.job();
    expect(starts(w)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${id}-${n}`));
    expect([job.round, job.attempt, job.attemptsInRound]).toEqual([2, 6, 3]);
    expect(job.attemptAt).toBeGreaterThan(before.attemptAt);
  });

  it("names its files after its own attempt, even when no time has passed since the one before", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(1)) } });
    await w.create();
    await w.run();
    const before = await w.job();
    await retryJob(w.deps, keyOf(before));
    await w.run();
    const job = await w.job();
    expect(job.attemptAt).toBe(before.attemptAt + 1);
    expect(job.outputs[0]?.key).toBe(`users/${job.userId}/jobs/${job.id}/image-${job.attemptAt}-0.png`);
  });
});
