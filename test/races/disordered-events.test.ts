// F15, F16: events in any order, for attempts and rounds that are over, to come, or never to be, with files that nobody asked for.
import { describe, expect, it } from "vitest";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type JobKey, keyOf } from "../../shared/jobs/job.ts";
import { type OutputRef, persistOutput } from "../../shared/jobs/moving/persist.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { delivered, failing } from "../jobs/outcomes.ts";
import { pictures } from "../jobs/request.ts";
import type { Script } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { chanceOf } from "./chance.ts";

const open = worlds();

const seeds = Array.from({ length: 30 }, (_, i) => i + 1);
const OUTPUTS = 2;
/** Attempts 0 and 3 never are; 1 is over when 2 completes the job. */
const attempts = [0, 1, 2, 3];

/** Every event that can be thought of for this job, each twice, in an order of chance; one comes with every call that an owner makes. */
function disorder(w: World, key: JobKey, seed: number) {
  const refs = attempts.flatMap((attempt) => [0, 1, 2].map((index): OutputRef => ({ ...key, attempt, index })));
  const events = [...refs, ...refs].map((ref) => (deps: JobDeps) => persistOutput(deps, ref));
  const tickets = [1, 2].map(() => (deps: JobDeps) => runJob(deps, key, { stayMs: 0, signal: never }));
  const waiting = chanceOf(seed).shuffled([...events, ...tickets]);
  const answers: Promise<unknown>[] = [];
  const owner = w.process({
    around(_, act) {
      const next = waiting.pop();
      if (next) answers.push(next(w.process()));
      return act();
    },
  });
  return {
    owner,
    async settled() {
      while (waiting.length > 0) answers.push(waiting.pop()?.(w.process()) ?? Promise.resolve());
      // One that throws would be delivered again; none has a reason to.
      await Promise.all(answers);
    },
  };
}

async function litter(w: World, key: JobKey): Promise<string[]> {
  const keys = [tempOutputKey(key.userId, key.jobId, 3, 0), tempOutputKey(key.userId, key.jobId, 3, 1)];
  for (const each of keys) await w.store.put(each, tinyPng);
  return keys;
}

async function checkEnd(w: World, key: JobKey, foreign: string[], bookings: string[]): Promise<void> {
  for (let looks = 0; looks < 3; looks++) {
    w.clock.pass(20_000);
    await w.tick();
  }
  const job = await w.job(key);
  expect([job.outcome, job.attempt, job.outputs.map((output) => output.index)]).toEqual(["completed", 2, [0, 1]]);
  for (const output of job.outputs) expect(output.key).toContain(`/image-${job.attemptAt}-`);
  expect(await w.bookings()).toEqual(bookings);
  expect((await w.objects("temp/outputs/")).map((object) => object.key)).toEqual(foreign);
  await w.rest();
  w.clock.pass(25 * 3_600_000);
  // The objects have the machine's time, not the test's.
  const later = { ...w.deps, clock: { ...w.deps.clock, now: () => Date.now() + 25 * 3_600_000 } };
  await purgeTemp(later, never);
  expect(await w.objects("temp/")).toEqual([]);
}

describe("Events in disorder", () => {
  it.each(seeds)(
    "F15: around an attempt that delivered too little and one that completes the job, leave the latter's outputs alone (seed %i)",
    async (seed) => {
      const script: Script = { start: (n) => delivered(n === 0 ? 1 : OUTPUTS) };
      const w = await open({ provider: script });
      const key = keyOf(await w.create({ request: pictures(OUTPUTS) }));
      const foreign = await litter(w, key);
      const { owner, settled } = disorder(w, key, seed);
      await w.run(owner, key);
      w.clock.pass(3000);
      await w.run(owner, key);
      await settled();
      await checkEnd(w, key, foreign, ["charge -20"]);
    },
  );

  it.each(seeds)(
    "F15: around a round that failed and one that completes the job, leave the latter's outputs alone (seed %i)",
    async (seed) => {
      const script: Script = { start: (n) => (n === 0 ? failing({ retryable: false }) : delivered(OUTPUTS)) };
      const w = await open({ provider: script });
      const key = keyOf(await w.create({ request: pictures(OUTPUTS) }));
      const foreign = await litter(w, key);
      const { owner, settled } = disorder(w, key, seed);
      await w.run(owner, key);
      // A file of the first round that comes when the second one has begun: its provider was slow.
      await retryJob(w.deps, key);
      await w.store.put(tempOutputKey(key.userId, key.jobId, 1, 0), tinyPng);
      await w.run(owner, key);
      await settled();
      await checkEnd(w, key, foreign, ["charge -20", "refund 20", "charge -20"]);
    },
  );
});
