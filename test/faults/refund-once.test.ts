// Everybody who may give a job's credits back does so at the same moment.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { settleJob } from "../../shared/jobs/money/ending.ts";
import { reviewAccount } from "../../shared/jobs/money/review-account.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { randomOf } from "../crash/deaths.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { failing, started } from "../jobs/outcomes.ts";
import { userId } from "../jobs/request.ts";

const open = worlds();
const JOBS = 20;
/** Longer than a hold lasts without a look, and so short that whoever comes when it is over is not late. */
const DEADLINE_MS = 130_000;

it.each([1, 2, 3, 4, 5])(
  "F24: timer, run-job, cancel and the review of holds at the deadlines of 20 jobs: each is given back once (order %i)",
  async (seed) => {
    const w = await open({ credits: 10 * JOBS, provider: { start: (n) => started(`T${n}`, 3_600_000) } });
    const keys = await createRunning(w);
    w.clock.moveTo((await w.job(keys[0])).deadlineAt);
    await everybodyAtOnce(w, keys, randomOf(seed));
    await w.rest();
    await expectAllGivenBack(w, keys);
  },
);

it.each([6, 7, 8])(
  "F24: cancel and the provider's refusal at the same moment give each of 20 jobs back once (order %i)",
  async (seed) => {
    const refusal = failing({ retryable: false });
    const provider = { start: (n: number) => started(`T${n}`, 1000), check: () => refusal };
    const w = await open({ credits: 10 * JOBS, provider });
    const keys = await createRunning(w);
    w.clock.pass(1000);
    await everybodyAtOnce(w, keys, randomOf(seed));
    await w.rest();
    await expectAllGivenBack(w, keys);
  },
);

/** Jobs at the same deadline, each taken by the provider. */
async function createRunning(w: World): Promise<JobKey[]> {
  const keys: JobKey[] = [];
  for (let i = 0; i < JOBS; i++) keys.push(keyOf(await w.create({ deadlineMs: DEADLINE_MS })));
  for (const key of keys) await w.run(w.deps, key);
  expect((await w.account()).holds).toHaveLength(JOBS);
  return keys;
}

/** Each of them is a process of its own, and every call of its ports takes a few turns more or less. */
async function everybodyAtOnce(w: World, keys: JobKey[], random: () => number): Promise<void> {
  const somebody = () =>
    w.process({
      async around(_, act) {
        for (let turns = Math.floor(random() * 6); turns > 0; turns--) await nextTurn();
        return act();
      },
    });
  const [timer, runner, canceller, reviewer, settler] = Array.from({ length: 5 }, somebody);
  if (!timer || !runner || !canceller || !reviewer || !settler) throw new Error("somebody is missing");
  const acts = keys.flatMap((key) => [
    () => advance(timer, key, { by: "tick", signal: never }),
    () => advance(runner, key, { by: "run-job", signal: never }),
    () => cancelJob(canceller, key).catch(refused),
    () => reviewAccount(reviewer, userId),
    () => settleJob(settler, key, 1),
  ]);
  const shuffled = acts.map((act) => ({ act, place: random() })).toSorted((a, b) => a.place - b.place);
  await Promise.all(shuffled.map(({ act }) => act()));
}

/** Whoever cancels too late is told so. */
function refused(error: { type?: string }): void {
  expect(error.type).toBe("conflict");
}

async function expectAllGivenBack(w: World, keys: JobKey[]): Promise<void> {
  const lines = (await w.ledger()).filter(({ jobId }) => jobId !== undefined);
  const byJob = Map.groupBy(lines, ({ jobId }) => jobId);
  expect(byJob.size).toBe(JOBS);
  for (const { jobId } of keys) {
    expect(byJob.get(jobId)?.map(({ type, amount }) => [type, amount])).toEqual([
      ["charge", -10],
      ["refund", 10],
    ]);
  }
  for (const key of keys) expect(["failed", "cancelled"]).toContain((await w.job(key)).outcome);
  expect((await w.account()).balance).toBe(10 * JOBS);
}
