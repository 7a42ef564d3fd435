// What takes minutes by design, with real files and tables, and time moved by hand.
import { rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import { newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { type Job, readJob } from "../../shared/jobs/job.ts";
import { dueHandlers, type JobsDueKind } from "../../shared/jobs/timers/tick-jobs.ts";
import { type DueKind, dueKinds } from "../../shared/ports/due.ts";
import { DUE_SHARDS } from "../../shared/ports/table.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { HandClock } from "../jobs/hand-clock.ts";
import { type ScriptedProvider, scriptedProvider } from "../jobs/scripted-provider.ts";
import { temporaryFolder } from "../stores/temporary-folder.ts";

const folder = temporaryFolder();
const userId = "01900000-0000-7000-8000-00000000aaaa";
let runtime: Runtime;
let clock: HandClock;

beforeEach(() => {
  clock = new HandClock();
});
afterEach(async () => {
  await runtime.close();
  await rm(folder(), { recursive: true, force: true });
});

async function open(provider: ScriptedProvider): Promise<void> {
  const config = readConfig({ DATA_DIR: folder(), LOG_LEVEL: "silent", DEFAULT_IMAGE_PROVIDER: "scripted" });
  const opened = await openRuntime(config, { publicUrl: "http://127.0.0.1", providers: [provider] });
  runtime = { ...opened, clock, changeAccount: createAccountChanges({ ...opened, clock }) };
  const account = newAccountItem({ userId, lineId: opened.ids.uuid(), welcomeCredits: 100, now: clock.now() });
  await runtime.table.put(account, "absent");
}

async function submit(prompt: string): Promise<string> {
  const request = { prompt, operation: "generate", dryRun: false } as const;
  return (await submitGeneration(runtime, { userId, type: "image", request, idempotencyKey: null })).job.id;
}

test("F53: a job whose source always throws is given up after ten looks, refunded, and others complete meanwhile", async () => {
  const provider = scriptedProvider();
  const poisoned = new Set<string>();
  const whole = provider.open;
  provider.open = async (source, request, context) => {
    if (request.prompt !== "poison") return whole(source, request, context);
    poisoned.add(context.reference);
    provider.calls.push({ name: "open", reference: "poison" });
    throw new TypeError("undefined is not a function");
  };
  await open(provider);
  const poison = await submit("poison");
  const healthy = await submit("healthy");
  const ends = await runTimers([poison, healthy]);

  expect(ends.get(healthy)).toMatchObject({ outcome: "completed", phase: "closed" });
  const failed = ends.get(poison);
  expect(failed).toMatchObject({ outcome: "failed", error: { type: "internal", retryable: true }, outputs: [] });
  const tries = provider.calls.filter(({ reference }) => reference === "poison").length;
  expect(tries).toBeGreaterThan(1);
  expect(tries).toBeLessThanOrEqual(11);
  expect(poisoned.size).toBe(1);
  expect(failed?.completedAt).toBeGreaterThan(ends.get(healthy)?.completedAt ?? 0);
  expect(failed?.completedAt).toBeLessThan(failed?.deadlineAt ?? 0);
  expect((await readAccount(runtime.table, userId))?.account).toMatchObject({ balance: 90, spent: 10, holds: [] });
});

test("a source that takes a minute to be made, and tells how far it is, is no silent one: the first attempt keeps it", async () => {
  const provider = scriptedProvider();
  const whole = provider.open;
  provider.open = async (source, request, context) => {
    for (let percent = 0; percent < 100; percent += 10) {
      clock.moveTo(clock.now() + 6000);
      context.progress?.(percent);
      await new Promise(setImmediate);
    }
    return whole(source, request, context);
  };
  await open(provider);
  const slow = await submit("a long film");
  const ends = await runTimers([slow]);
  expect(ends.get(slow)).toMatchObject({ outcome: "completed", attempt: 1 });
});

/** Moves time from one due item to the next until the jobs are settled; answers them. */
async function runTimers(jobIds: string[]): Promise<Map<string, Job>> {
  const handlers = dueHandlers(runtime);
  for (let looks = 0; looks < 500; looks++) {
    const jobs = await Promise.all(jobIds.map(async (jobId) => (await readJob(runtime.table, { userId, jobId }))?.job));
    if (jobs.every((job) => job?.phase === "closing" || job?.phase === "closed"))
      return new Map(jobs.flatMap((job) => (job ? [[job.id, job] as const] : [])));
    const [next] = (await dueItems()).toSorted((a, b) => a.at - b.at);
    if (!next) throw new Error(`Nothing is due any more: ${JSON.stringify(jobs)}`);
    clock.moveTo(next.at);
    await handlers[next.kind](next, new AbortController().signal);
  }
  throw new Error("The jobs never end.");
}

async function dueItems() {
  const before = Number.MAX_SAFE_INTEGER;
  const pages = dueKinds.filter(isJobsKind).flatMap((kind) =>
    Array.from({ length: DUE_SHARDS }, async (_, shard) => {
      const entries = await runtime.table.due({ kind, shard, before, limit: 10 });
      return entries.map((entry) => ({ ...entry, kind }));
    }),
  );
  return (await Promise.all(pages)).flat();
}

function isJobsKind(kind: DueKind): kind is JobsDueKind {
  return kind !== "delivery";
}
