// Very many jobs that are all overdue, as after an hour without timers: who is looked at when, how many at once, and in how much memory.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type TestContext } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { newAccountItem } from "../../shared/credits/account.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { type Job, jobItem, readJob } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { dueShard } from "../../shared/ports/due.ts";
import { DUE_SHARDS } from "../../shared/ports/table.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { started } from "../jobs/outcomes.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import type { Seen } from "./due-process.ts";
import { canReadMemory } from "./memory.ts";

export interface DueCrowd {
  users: number;
  /** Of each user, due at random moments of the last hour. */
  jobsEach: number;
  /** Of one more user, all due before anybody else's. */
  jobsOfOne: number;
}

export interface Served extends Seen {
  /** In the order of being looked at: whose job it was, and when it fell due. */
  looks: { userId: string; dueAt: number }[];
}

const HOUR_MS = 3_600_000;
const program = fileURLToPath(new URL("due-process.ts", import.meta.url));
const theOne = idOf(0);

/** What the function is deployed with. Half of it is for the heap, as Node itself would have it there. */
const memoryMebibytes = declarations.find(({ name }) => name === "poll-tasks")?.memoryMb ?? 0;
const heap = `--max-old-space-size=${memoryMebibytes / 2}`;

export async function servesCrowd(crowd: DueCrowd, { skip, onTestFinished }: TestContext): Promise<Served> {
  if (!canReadMemory) skip("the memory of a process is read from /proc");
  const dataDir = await mkdtemp(join(tmpdir(), "dream-factory-crowd-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const dueAt = await fill(dataDir, crowd);
  const { stdout } = await promisify(execFile)(process.execPath, [heap, program, dataDir], {
    maxBuffer: 64 * 1024 ** 2,
  });
  const seen: Seen = JSON.parse(stdout);
  const looks = seen.tasks.map((task) => ({ userId: task.slice(0, theOne.length), dueAt: dueAt.get(task) ?? 0 }));
  const { seconds, peakMebibytes: peak } = seen;
  console.log(`${looks.length} jobs looked at in ${seconds.toFixed(1)} s: at most ${peak.toFixed(0)} MiB resident`);
  expect(seen.tasks.toSorted()).toEqual([...dueAt.keys()].toSorted());
  expect(peak).toBeLessThan(memoryMebibytes);
  return { ...seen, looks };
}

/** Nothing younger is looked at before something older of the same part of the index, but for those that are served side by side. */
export function expectOldestFirst({ looks }: Served, sideBySide: number): void {
  for (let shard = 0; shard < DUE_SHARDS; shard++) {
    const times = looks.filter(({ userId }) => dueShard(userId) === shard).map(({ dueAt }) => dueAt);
    let newest = 0;
    for (const [i, time] of times.entries()) {
      newest = Math.max(newest, times[i - sideBySide] ?? 0);
      expect(time).toBeGreaterThanOrEqual(newest);
    }
  }
}

/** Of the first looks into the part of the index in which the one with the oldest jobs stands: how many went to that one. */
export function sharesOfTheOne({ looks }: Served, first: number): number {
  const part = looks.filter(({ userId }) => dueShard(userId) === dueShard(theOne));
  return part.slice(0, first).filter(({ userId }) => userId === theOne).length;
}

/** Jobs as the core leaves them when it waits for a provider. Answers when each task's job falls due. */
async function fill(dataDir: string, { users, jobsEach, jobsOfOne }: DueCrowd): Promise<Map<string, number>> {
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "error", DEFAULT_IMAGE_PROVIDER: "scripted" });
  const provider = scriptedProvider({ start: () => started("task", HOUR_MS) });
  const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1", providers: [provider] });
  try {
    const waiting = await waitingJob(runtime);
    const anHourAgo = Date.now() - HOUR_MS;
    const dueAt = new Map<string, number>();
    const put = (userId: string, n: number, at: number) => {
      const task = `${userId}-${n}`;
      dueAt.set(task, at);
      const job: Job = { ...waiting, userId, id: idOf(n), task: { id: task }, taskIds: [task], dueAt: at };
      return runtime.table.put(
        jobItem({ ...job, reference: `${job.id}-1`, deadlineAt: Date.now() + HOUR_MS }),
        "absent",
      );
    };
    await Promise.all(Array.from({ length: jobsOfOne }, (_, n) => put(theOne, n, anHourAgo - jobsOfOne + n)));
    for (let user = 1; user <= users; user++) {
      const at = () => anHourAgo + Math.floor(Math.random() * (HOUR_MS - 1000));
      await Promise.all(Array.from({ length: jobsEach }, (_, n) => put(idOf(user), n, at())));
    }
    return dueAt;
  } finally {
    await runtime.close();
  }
}

/** A real one, of somebody whom the others' jobs are copied from; it is not due for an hour. */
async function waitingJob(runtime: Runtime): Promise<Job> {
  const userId = idOf(0xffffffffffff);
  const lineId = runtime.ids.uuid();
  await runtime.table.put(newAccountItem({ userId, lineId, welcomeCredits: 100, now: Date.now() }), "absent");
  const request = { prompt: "a crowd", operation: "generate", dryRun: false } as const;
  const { job } = await submitGeneration(runtime, { userId, type: "image", request, idempotencyKey: null });
  const key = { userId, jobId: job.id };
  await runJob(runtime, key, { stayMs: 0, signal: new AbortController().signal });
  const stored = await readJob(runtime.table, key);
  expect(stored?.job).toMatchObject({ phase: "waiting", task: { id: "task" }, lease: null });
  if (!stored) throw new Error("the job is gone");
  return stored.job;
}

function idOf(n: number): string {
  return `01900000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}
