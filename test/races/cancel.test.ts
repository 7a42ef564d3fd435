// F26: cancel against completion. The cancel comes at any of the calls that the owner makes, and at any turn after it.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { readRecords } from "../../shared/jobs/moving/persist.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { type World, worlds } from "../jobs/fixture.ts";
import { type Around, objectOf } from "../jobs/intercept.ts";
import { delivered, started } from "../jobs/outcomes.ts";
import { chanceOf } from "./chance.ts";

const open = worlds();

const SEED = 26;
const WORLDS = 4;
const TRIALS_PER_WORLD = 50;

it(`F26: of 200 jobs that are cancelled while they complete (seed ${SEED}) each ends one way, at least twenty each way, and only the cancelled ones are given back`, async () => {
  const chance = chanceOf(SEED);
  const ends = { cancelled: 0, completed: 0 };
  for (let i = 0; i < WORLDS; i++) {
    const w = await openWorld();
    const moments = await countMoments(w);
    for (let trial = 0; trial < TRIALS_PER_WORLD; trial++) {
      const moment = { call: chance.next(moments + 1), turns: chance.next(4) };
      ends[await race(w, moment, `seed ${SEED}, world ${i}, trial ${trial}, ${JSON.stringify(moment)}`)]++;
    }
  }
  expect(ends.cancelled + ends.completed).toBe(WORLDS * TRIALS_PER_WORLD);
  expect(Math.min(ends.cancelled, ends.completed)).toBeGreaterThanOrEqual(20);
}, 60_000);

it("a ticket that a cancel writes when others have closed its job already does not stay", async () => {
  const w = await open();
  const key = keyOf(await w.create());
  const slow = w.process({
    async around(call, act) {
      if (objectOf(call, "put")?.startsWith("temp/tickets/")) await w.run();
      return act();
    },
  });
  await cancelJob(slow, key);
  expect((await w.job()).phase).toBe("closed");
  expect(await w.objects("temp/")).toEqual([]);
});

function openWorld(): Promise<World> {
  return open({ credits: 1000, provider: { start: (n) => started(`T${n}`), check: () => delivered(1) } });
}

/** Runs the job to its end, as far as its owner can bring it. */
async function runToEnd(w: World, key: JobKey, around: Around): Promise<void> {
  const owner = w.process({ around });
  await w.run(owner, key);
  w.clock.pass(1000);
  await w.run(owner, key);
}

/** How many calls an owner makes who is not disturbed. */
async function countMoments(w: World): Promise<number> {
  let calls = 0;
  await runToEnd(w, keyOf(await w.create()), (_, act) => {
    calls++;
    return act();
  });
  return calls;
}

async function race(w: World, moment: { call: number; turns: number }, name: string) {
  const key = keyOf(await w.create());
  let calls = 0;
  let cancelling: Promise<string> | undefined;
  const cancelNow = async () => {
    for (let turn = 0; turn < moment.turns; turn++) await nextTurn();
    return answerOf(cancelJob(w.process(), key));
  };
  await runToEnd(w, key, (_, act) => {
    if (calls++ === moment.call) cancelling = cancelNow();
    return act();
  });
  const answer = await (cancelling ?? cancelNow());
  return check(w, key, answer, name);
}

function answerOf(cancelling: Promise<unknown>): Promise<string> {
  return cancelling.then(
    () => "cancelled",
    (error) => (error instanceof AppError ? error.type : String(error)),
  );
}

async function check(w: World, key: JobKey, answer: string, name: string): Promise<"cancelled" | "completed"> {
  // Whoever lost its claim to the cancel leaves closing to the next look.
  w.clock.pass(20_000);
  await w.run(w.deps, key);
  const job = await w.job(key);
  const wins = answer === "cancelled";
  expect([name, answer, job.outcome]).toEqual([
    name,
    expect.stringMatching(/^(cancelled|too_late|conflict)$/),
    wins ? "cancelled" : "completed",
  ]);
  const lines = (await w.ledger())
    .filter((line) => line.jobId === key.jobId)
    .map(({ type, amount }) => `${type} ${amount}`);
  expect([name, lines]).toEqual([name, wins ? ["charge -10", "refund 10"] : ["charge -10"]]);
  const ended = job.feed.filter((entry) => ["completed", "failed", "cancelled"].includes(entry.status));
  expect([name, ended.map((entry) => entry.status)]).toEqual([name, [job.outcome]]);
  const kept = await w.objects(`users/${key.userId}/jobs/${key.jobId}/`);
  const records = await readRecords(w, key, job.attempt);
  const shown = (await publicJob(w.store, job)).outputs;
  expect([name, kept.length, records.length, shown.length]).toEqual([name, ...(wins ? [0, 0, 0] : [1, 1, 1])]);
  expect([name, (await w.objects("temp/outputs/")).map((object) => object.key)]).toEqual([name, []]);
  return wins ? "cancelled" : "completed";
}
