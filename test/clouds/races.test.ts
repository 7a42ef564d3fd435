// Two of something at the same moment, on each pair. What must hold is what holds on SQLite and a folder.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { type Code, codeItem, redeemCode } from "../../shared/credits/codes.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { never, type World, type WorldOptions, worlds } from "../jobs/fixture.ts";
import type { Around } from "../jobs/intercept.ts";
import { delivered, started } from "../jobs/outcomes.ts";
import { newJob, userId } from "../jobs/request.ts";
import { pairNames, pairs } from "./pairs.ts";

/** Cancels, spread over an owner's calls. In `races.long.ts` there is one at each of them. */
const TRIALS = Number(process.env.CLOUDS_TRIALS ?? 16);

const openWorld = worlds();
// Sockets take longer than a folder, and so does trying again.

describe.each(pairNames)("on %s", (name) => {
  const open = (options: WorldOptions = {}) => openWorld({ ...options, openGround: () => pairs[name]() });

  it(`F26: of ${TRIALS} jobs that are cancelled while they complete each ends one way, at least an eighth each way, and only the cancelled ones are given back`, async () => {
    const w = await open({ credits: 1000, provider: { start: (n) => started(`T${n}`), check: () => delivered(1) } });
    const moments = await countCalls(w);
    const ends = { cancelled: 0, completed: 0 };
    for (let trial = 0; trial < TRIALS; trial++) {
      const call = Math.floor((trial * (moments + 1)) / TRIALS);
      ends[await raceCancel(w, { call, turns: trial % 4 })]++;
    }
    expect(ends.cancelled + ends.completed).toBe(TRIALS);
    expect(Math.min(ends.cancelled, ends.completed)).toBeGreaterThanOrEqual(TRIALS / 8);
  });

  it("F14: an event that is delivered a hundred times at once, to ten processes, asks the provider once and is paid once", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    const machines = Array.from({ length: 10 }, () => w.process());
    const deliver = () => atOnce(100, machines, (deps) => runJob(deps, key, { stayMs: 0, signal: never }));
    await deliver();
    w.clock.pass(1000);
    await deliver();
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start", "check", "open"]);
    expect([(await w.job()).outcome, await w.bookings()]).toEqual(["completed", ["charge -10"]]);
  });

  it("one code that ten users redeem three times each at once, in three processes, gives its credits once, to one of them", async () => {
    const w = await open({ credits: 5 });
    const users = [userId, ...(await addUsers(w, 9))];
    await w.table.put(codeItem(code, w.clock.now()), "absent");
    const machines = [w.process(), w.process(), w.process()];
    const answers = await Promise.all(
      users.flatMap((user) => machines.map((deps) => answerOf(redeemCode(deps, user, code.code)))),
    );
    expect(answers.toSorted()).toEqual([...Array(27).fill("conflict"), ...Array(3).fill("done")]);
    const accounts = await Promise.all(users.map((user) => readAccount(w.table, user)));
    expect(accounts.map((stored) => stored?.account.earned).toSorted()).toEqual([30, ...Array(9).fill(5)].toSorted());
  });

  it("F19: 50 creates with credits for ten, in two processes with queues of their own, make ten jobs and refuse forty", async () => {
    const w = await open({ credits: 100, settings: { maxActiveJobs: 100 }, provider: { start: () => delivered(1) } });
    const ends = await atOnce(50, [w.process(), w.process()], (deps) => answerOf(w.createBy(deps)));
    expect(ends.toSorted()).toEqual([...Array(10).fill("done"), ...Array(40).fill("insufficient_credits")]);
    const { balance, holds, jobs } = await w.account();
    expect([balance, holds.length, jobs]).toEqual([0, 10, 10]);
  });

  it("F20: a key that is used by fifty requests at once, in two processes, makes one job and charges once", async () => {
    const w = await open();
    const sameKey = { key: "k", route: "generate-image", body: { prompt: "a lake" } };
    const answers = await atOnce(50, [w.process(), w.process()], (deps) => createJob(deps, newJob(), sameKey));
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await w.bookings()).toEqual(["charge -10"]);
  });

  it("F11: two processes that run the same twenty jobs submit, keep and charge each of them once", async () => {
    const w = await open({ credits: 1000, provider: { start: (n) => started(`T${n}`), check: () => delivered(1) } });
    const both = [w.process(), w.process()];
    const jobs = await atOnce(20, both, (deps) => w.createBy(deps));
    const runAll = () =>
      Promise.all(both.flatMap((deps) => jobs.map((job) => runJob(deps, keyOf(job), { stayMs: 0, signal: never }))));
    await runAll();
    w.clock.pass(1000);
    await runAll();
    await w.rest();
    expect((await w.jobs()).map(({ outcome, attempt }) => [outcome, attempt])).toEqual(
      jobs.map(() => ["completed", 1]),
    );
    const asked = w.provider.calls.map((call) => `${call.name} ${call.reference}`);
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
    expect(await w.bookings()).toEqual(jobs.map(() => "charge -10"));
  });
});

const code: Code = { code: "C0DE", credits: 25, expiresAt: null, claimedBy: null, isDone: false };

async function addUsers({ table, deps, clock }: World, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, () => deps.ids.uuid());
  for (const user of users) {
    const account = newAccountItem({ userId: user, lineId: deps.ids.uuid(), welcomeCredits: 5, now: clock.now() });
    await table.put(account, "absent");
  }
  return users;
}

/** So many calls, spread over the processes. */
function atOnce<T>(count: number, processes: readonly JobDeps[], act: (deps: JobDeps) => Promise<T>): Promise<T[]> {
  const spread = Array.from({ length: Math.ceil(count / processes.length) }, () => processes).flat();
  return Promise.all(spread.slice(0, count).map(act));
}

/** Runs the job to its end, as far as its owner can bring it. */
async function runToEnd(w: World, key: JobKey, around: Around): Promise<void> {
  const owner = w.process({ around });
  await w.run(owner, key);
  w.clock.pass(1000);
  await w.run(owner, key);
}

/** How many calls an owner makes who is not disturbed. */
async function countCalls(w: World): Promise<number> {
  let calls = 0;
  await runToEnd(w, keyOf(await w.create()), (_, act) => {
    calls++;
    return act();
  });
  return calls;
}

/** Cancels while the owner makes that call, or when it is done. */
async function raceCancel(w: World, moment: { call: number; turns: number }): Promise<"cancelled" | "completed"> {
  const key = keyOf(await w.create());
  const cancel = async () => {
    for (let turn = 0; turn < moment.turns; turn++) await nextTurn();
    return answerOf(cancelJob(w.process(), key));
  };
  let calls = 0;
  let cancelling: Promise<string> | undefined;
  await runToEnd(w, key, (_, act) => {
    if (calls++ === moment.call) cancelling = cancel();
    return act();
  });
  const answer = await (cancelling ?? cancel());
  // Whoever lost its claim to the cancel leaves closing to the next look.
  w.clock.pass(20_000);
  await w.run(w.deps, key);
  return checkEnd(w, await w.job(key), { moment, answer });
}

async function checkEnd(w: World, job: Job, { moment, answer }: { moment: object; answer: string }) {
  expect([moment, answer]).toEqual([moment, expect.stringMatching(/^(done|too_late|conflict)$/)]);
  const end = answer === "done" ? "cancelled" : "completed";
  const lines = (await w.ledger()).filter((line) => line.jobId === job.id).map(({ type }) => type);
  const kept = await w.objects(`users/${job.userId}/jobs/${job.id}/`);
  const left = (await w.objects(`temp/outputs/${job.userId}/${job.id}/`)).length;
  const isGivenBack = end === "cancelled";
  expect([moment, job.outcome, lines, kept.length, left]).toEqual([
    moment,
    end,
    isGivenBack ? ["charge", "refund"] : ["charge"],
    isGivenBack ? 0 : 1,
    0,
  ]);
  return end;
}

/** `done`, or the type of the refusal. */
function answerOf(acting: Promise<unknown>): Promise<string> {
  return acting.then(
    () => "done",
    (error) => (error instanceof AppError ? error.type : String(error)),
  );
}
