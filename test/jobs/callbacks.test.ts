// What a vendor's call does to its job: it hurries the attempt that waits for it, at once, and nothing else.
import { describe, expect, it } from "vitest";
import { attemptToken, readAttemptToken } from "../../shared/jobs/callbacks/attempt-token.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { findTask } from "../../shared/jobs/moving/tasks.ts";
import { nudgeAsTold, nudgeJob } from "../../shared/jobs/moving/tickets.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { objectOf } from "./intercept.ts";
import { delivered, failing, held, running, started } from "./outcomes.ts";

const open = worlds();

/** A job whose vendor wants to be asked in a minute. */
async function waiting(
  check: () => ReturnType<typeof running> | ReturnType<typeof delivered> = () => running(undefined, 60_000),
) {
  const w = await open({ provider: { start: () => started("T1", 60_000), check } });
  const key = keyOf(await w.create());
  await w.run();
  return { w, of: { ...key, attempt: 1 } };
}

async function ticketCount(w: World): Promise<number> {
  return (await w.objects("temp/tickets/")).length;
}

const done = { taskId: "T1", digest: "done" };

describe("a call about the task that a job waits for", () => {
  it("makes it due now and writes a ticket, however short a time ago it was nudged for something else", async () => {
    const { w, of } = await waiting();
    w.clock.pass(20_000);
    await nudgeJob(w.deps, of);
    await w.run();
    w.clock.pass(100);
    await nudgeAsTold(w.deps, of, done);
    expect(await w.indexedAt()).toBe(w.clock.now());
    expect(await ticketCount(w)).toBe(3);
  });

  it("completes the job at the next look", async () => {
    let isDone = false;
    const { w, of } = await waiting(() => (isDone ? delivered(1) : running(undefined, 60_000)));
    isDone = true;
    w.clock.pass(1000);
    await nudgeAsTold(w.deps, of, done);
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("ten times the same, at once and by several processes, is one nudge", async () => {
    const { w, of } = await waiting();
    w.clock.pass(1000);
    await Promise.all(Array.from({ length: 10 }, () => nudgeAsTold(w.process(), of, done)));
    expect([(await w.job()).nudges, await ticketCount(w)]).toEqual([1, 2]);
  });

  it("again after ten seconds counts as any other nudge: the first one may have been lost", async () => {
    const { w, of } = await waiting();
    w.clock.pass(1000);
    await nudgeAsTold(w.deps, of, done);
    await w.run();
    w.clock.pass(9999);
    await nudgeAsTold(w.deps, of, done);
    expect((await w.job()).nudges).toBe(1);
    w.clock.pass(1);
    await nudgeAsTold(w.deps, of, done);
    expect((await w.job()).nudges).toBe(2);
  });

  it("is news when it says something else: success right behind progress is not put off", async () => {
    const { w, of } = await waiting();
    w.clock.pass(1000);
    await nudgeAsTold(w.deps, of, { taskId: "T1", digest: "running" });
    await w.run();
    await nudgeAsTold(w.deps, of, done);
    expect(await w.indexedAt()).toBe(w.clock.now());
  });

  it("with ever different words hurries it eight times, and from then on once in ten seconds", async () => {
    const { w, of } = await waiting();
    w.clock.pass(1000);
    for (let n = 0; n < 50; n++) await nudgeAsTold(w.deps, of, { taskId: "T1", digest: `word ${n}` });
    expect((await w.job()).nudges).toBe(8);
    w.clock.pass(10_000);
    await nudgeAsTold(w.deps, of, { taskId: "T1", digest: "one more" });
    expect((await w.job()).nudges).toBe(9);
  });

  it("that cannot be written down throws, so that the vendor calls again", async () => {
    const { w, of } = await waiting();
    const broken = w.process({
      around(call, act) {
        if (call.port === "table" && call.name === "put") return Promise.reject(new Error("the table is away"));
        return act();
      },
    });
    await expect(nudgeAsTold(broken, of, done)).rejects.toThrow("the table is away");
    await nudgeAsTold(w.deps, of, done);
    expect((await w.job()).nudges).toBe(1);
  });

  it("whose ticket cannot be written still makes the job due", async () => {
    const { w, of } = await waiting();
    w.clock.pass(1000);
    const full = w.process({
      async around(call, act) {
        if (objectOf(call, "put")) throw new Error("the store is full");
        return act();
      },
    });
    await nudgeAsTold(full, of, done);
    expect(await w.indexedAt()).toBe(w.clock.now());
  });
});

describe("a call that comes before the answer to the start is written", () => {
  it("is looked into by whoever waits for the answer, at once", async () => {
    const start = held<StartOutcome>();
    const w = await open({ provider: { start: () => start.ask(), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    const owner = w.run();
    await start.asked;
    await nudgeAsTold(w.deps, { ...key, attempt: 1 }, done);
    start.answer(started("T1", 60_000));
    expect(await owner).toBe(w.clock.now());
    await w.run();
    expect((await w.job()).outcome).toBe("completed");
  });

  it("submits nothing a second time, whoever takes its ticket", async () => {
    const start = held<StartOutcome>();
    const w = await open({ provider: { start: () => start.ask(), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    const owner = w.run();
    await start.asked;
    await nudgeAsTold(w.deps, { ...key, attempt: 1 }, done);
    expect(await w.run(w.process())).toBeNull();
    start.answer(started("T1", 60_000));
    await owner;
    expect(w.provider.calls.filter(({ name }) => name === "start").length).toBe(1);
  });
});

describe("a call changes nothing when it is about", () => {
  it("another task", async () => {
    const { w, of } = await waiting();
    const before = await w.job();
    await nudgeAsTold(w.deps, of, { ...done, taskId: "T2" });
    expect(await w.job()).toEqual(before);
  });

  it("an attempt that is over, or still to come", async () => {
    const w = await open({
      provider: {
        start: (n) => started(`T${n + 1}`, 60_000),
        check: (n) => (n === 0 ? failing() : running(undefined, 60_000)),
      },
    });
    const key = keyOf(await w.create());
    await w.run();
    await w.runFor(100_000);
    expect((await w.job()).attempt).toBe(2);
    const before = await w.job();
    await nudgeAsTold(w.deps, { ...key, attempt: 1 }, done);
    await nudgeAsTold(w.deps, { ...key, attempt: 3 }, { ...done, taskId: "T2" });
    expect(await w.job()).toEqual(before);
  });

  it("a job that is over", async () => {
    const { w, of } = await waiting(() => delivered(1));
    w.clock.pass(60_000);
    await w.run();
    const before = await w.job();
    expect(before.outcome).toBe("completed");
    await nudgeAsTold(w.deps, of, done);
    expect(await w.job()).toEqual(before);
  });

  it("a job that is not there", async () => {
    const { w, of } = await waiting();
    await nudgeAsTold(w.deps, { ...of, jobId: "01900000-0000-7000-8000-00000000ffff" }, done);
  });
});

it("a task is found by its vendor's name for it while its job is open, and by no other vendor's", async () => {
  const { w, of } = await waiting(() => delivered(1));
  expect(await findTask(w.deps, "scripted", "T1")).toEqual(of);
  expect(await findTask(w.deps, "other", "T1")).toBeNull();
  w.clock.pass(60_000);
  await w.run();
  expect(await findTask(w.deps, "scripted", "T1")).toBeNull();
});

describe("an address", () => {
  it("is given to a vendor whose calls can be verified, and to no other", async () => {
    for (const readCallback of [undefined, async () => null]) {
      const given: (string | undefined)[] = [];
      const w = await open({
        provider: {
          start(_count, _reference, call) {
            given.push(call?.context.callbackUrl);
            return started("T1");
          },
        },
      });
      if (readCallback) Object.assign(w.provider, { readCallback });
      const key = keyOf(await w.create());
      const callbackUrl = (provider: string, attempt: object) => JSON.stringify({ provider, ...attempt });
      await w.run({ ...w.deps, callbackUrl });
      expect(given).toEqual([readCallback && JSON.stringify({ provider: "scripted", ...key, attempt: 1 })]);
    }
  });
});

describe("an attempt's token", () => {
  const secret = "a secret of at least thirty-two bytes";
  const attempt = {
    userId: "01900000-0000-7000-8000-00000000aaaa",
    jobId: "01900000-0000-7abc-9def-0123456789ab",
    attempt: 300,
  };
  const token = attemptToken(secret, "fal", attempt);

  it("names its attempt, in 70 characters that may stand in a path", () => {
    expect(token).toMatch(/^[\w-]{70}$/);
    expect(readAttemptToken(secret, "fal", token)).toEqual(attempt);
  });

  it("is good for its own provider and its own server alone", () => {
    expect(readAttemptToken(secret, "fa", token)).toBeNull();
    expect(readAttemptToken(secret, "kling", token)).toBeNull();
    expect(readAttemptToken(`${secret}!`, "fal", token)).toBeNull();
  });

  it("is refused with any one character changed, left out or added", () => {
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
      const shorter = token.slice(0, at) + token.slice(at + 1);
      const longer = `${token.slice(0, at)}A${token.slice(at)}`;
      for (const wrong of [changed, shorter, longer]) expect(readAttemptToken(secret, "fal", wrong)).toBeNull();
    }
    for (const wrong of ["", "=", `${token}=`, `${token}==`, `${token} `, ` ${token}`])
      expect(readAttemptToken(secret, "fal", wrong)).toBeNull();
  });
});
