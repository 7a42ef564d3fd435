// Ticks of the timer, on two tables in turns: one with many unfinished jobs, one with only those that are due. The jobs wait for a
// provider that is still at work, so each is claimed, asked about, put off and given back.

import { readConfig } from "../../shared/config/config.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { type Job, jobItem, keyOf, readJob } from "../../shared/jobs/job.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import { runTick } from "../../shared/jobs/timers/tick.ts";
import { dueHandlers } from "../../shared/jobs/timers/tick-jobs.ts";
import type { ItemKey } from "../../shared/ports/table.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { register } from "../../shared/users/register.ts";
import { answering } from "../answering.ts";
import { busyProvider } from "./busy-provider.ts";

export interface Ticks {
  /** Empty. */
  folder: string;
  /** Jobs that are due at each tick, each of another user. */
  due: number;
  /** Jobs in the larger table. */
  unfinished: number;
  rounds: number;
}

/** Milliseconds from the beginning of a tick until the last due job was served, for each round. */
export interface Ticked {
  few: number[];
  many: number[];
}

answering(async ({ folder, due, unfinished, rounds }: Ticks): Promise<Ticked> => {
  const few = await openWorld(`${folder}/few`, due, due);
  const many = await openWorld(`${folder}/many`, due, unfinished);
  const ticked: Ticked = { few: [], many: [] };
  for (let round = 0; round <= rounds; round++) {
    ticked.few.push(await timeTick(few));
    ticked.many.push(await timeTick(many));
  }
  await Promise.all([few.runtime.close(), many.runtime.close()]);
  // The first ones warm up.
  return { few: ticked.few.slice(1), many: ticked.many.slice(1) };
});

interface World {
  runtime: Runtime;
  /** Made due before each tick. */
  jobs: Job[];
}

const never = new AbortController().signal;
const HOUR_MS = 3_600_000;

async function openWorld(dataDir: string, due: number, unfinished: number): Promise<World> {
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "warn" });
  const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1", providers: [busyProvider] });
  const example = await createExample(runtime);
  const users = Array.from({ length: due }, () => runtime.ids.uuid());
  const jobs = Array.from({ length: unfinished }, (_, i) => {
    const id = runtime.ids.uuid();
    const userId = users[i % due] ?? "";
    return { ...example, id, userId, dueAt: runtime.clock.now() + HOUR_MS * (0.1 + (0.8 * i) / unfinished) };
  });
  await inGroups(jobs, async (job) => {
    await runtime.table.put(jobItem({ ...job, dueAt: Math.round(job.dueAt) }), "absent");
  });
  return { runtime, jobs: jobs.slice(0, due) };
}

/** Through the product's own steps, from its creation until it waits for the provider. */
async function createExample(runtime: Runtime): Promise<Job> {
  const person = { username: "bench", email: "bench@example.com", password: "correct horse" };
  const { user } = await register(runtime, person);
  const request = { prompt: "A lake", provider: busyProvider.id, operation: "generate", dryRun: false } as const;
  const { job } = await submitGeneration(runtime, { userId: user.id, type: "video", request, idempotencyKey: null });
  await advance(runtime, keyOf(job), { by: "run-job", signal: never });
  const stored = await readJob(runtime.table, keyOf(job));
  if (stored?.job.phase !== "waiting") throw new Error(`The example is ${stored?.job.phase}.`);
  return stored.job;
}

/** The tick is told to stop once the last job was served: it would go on looking for what is new. */
async function timeTick({ runtime, jobs }: World): Promise<number> {
  await makeDue(runtime, jobs);
  const stop = new AbortController();
  const startedAt = performance.now();
  let lastServedAt = 0;
  let served = 0;
  const handlers = dueHandlers(runtime);
  const counted = async (key: ItemKey, signal: AbortSignal) => {
    await handlers.job(key, signal);
    lastServedAt = performance.now();
    if (++served === jobs.length) stop.abort();
  };
  await runTick(runtime, { ...handlers, job: counted }, stop.signal);
  if (served < jobs.length) throw new Error(`Only ${served} of ${jobs.length} due jobs were served.`);
  return lastServedAt - startedAt;
}

async function makeDue(runtime: Runtime, jobs: Job[]): Promise<void> {
  await inGroups(jobs, async (job) => {
    const stored = await readJob(runtime.table, keyOf(job));
    if (!stored) throw new Error("A job is gone.");
    const due = { ...stored.job, dueAt: runtime.clock.now() };
    await runtime.table.put(jobItem(due), { version: stored.version });
  });
}

/** So many that their writes share a transaction. */
async function inGroups<T>(list: T[], act: (entry: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < list.length; i += 250) await Promise.all(list.slice(i, i + 250).map(act));
}
