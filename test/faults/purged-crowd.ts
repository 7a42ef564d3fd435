// A temp/ with very many objects that have had their time, purged by a process that is killed in the middle of it.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type TestContext } from "vitest";
import { filesOf } from "../api/local.ts";
import { create, follow } from "../api/user.ts";
import { type Processes, processes, type Running } from "../process/running.ts";
import { canReadMemory, peakMebibytes } from "./memory.ts";

export interface PurgedCrowd {
  objects: number;
  /** Each of the processes has to stay below this, from its start on. */
  peakMebibytes: number;
}

const OBJECTS_PER_JOB = 500;
const environment = { TEMP_TTL_HOURS: "0" };

export async function purgesCrowd(
  { objects, peakMebibytes: most }: PurgedCrowd,
  { skip, onTestFinished }: TestContext,
): Promise<void> {
  if (!canReadMemory) skip("the memory of a process is read from /proc");
  const all = processes(onTestFinished);
  const dataDir = await all.emptyFolder();
  const kept = await keepOne(all, dataDir);
  const temp = temporaryInputs(dataDir);
  let left = 0;
  // A purge may be through before the signal reaches it: then it has been no half of one, and there are objects again.
  while (left === 0) {
    await plant(temp, objects);
    const first = await all.start(dataDir, { environment });
    const { peak } = await watch(first, most);
    [left] = await Promise.all([killedOnceBegun(first, temp, objects), peak]);
  }
  expect(left).toBeLessThan(objects);

  const second = await all.start(dataDir, { environment });
  const { peak } = await watch(second, most);
  while ((await count(temp)) > 0) await pause();
  await second.stop("SIGTERM");
  const mebibytes = (await peak).toFixed(0);
  console.log(`${objects} objects purged, ${left} of them by the second process: at most ${mebibytes} MiB resident`);
  const files = (await filesOf(dataDir)).filter((file) => !file.startsWith("~staging/"));
  expect(files.filter((file) => !file.includes("/thumbnail-"))).toEqual([kept]);
}

/** The key of an output that no purge may touch. */
async function keepOne({ start }: Processes, dataDir: string): Promise<string> {
  const running = await start(dataDir);
  const user = await running.register();
  const job = await follow(user, (await create(user, { prompt: "to keep", size: "64x64" })).id);
  await running.stop("SIGTERM");
  return job.outputs[0].key;
}

function temporaryInputs(dataDir: string): string {
  return join(dataDir, "objects/temp/inputs/01900000-0000-7000-8000-000000000000");
}

/** Inputs of jobs that never came to be. */
async function plant(temp: string, objects: number): Promise<void> {
  for (let job = 0; job * OBJECTS_PER_JOB < objects; job++) {
    const folder = join(temp, `01900000-0000-7000-8000-${String(job).padStart(12, "0")}`);
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: Math.min(OBJECTS_PER_JOB, objects - job * OBJECTS_PER_JOB) }, (_, i) => `${i}`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), "left behind")));
  }
}

/** The purge begins with the process. Answers how many objects it left. */
async function killedOnceBegun(running: Running, temp: string, objects: number): Promise<number> {
  while ((await count(temp)) === objects) await pause(1);
  await running.stop("SIGKILL");
  return count(temp);
}

async function count(temp: string): Promise<number> {
  const folders = await readdir(temp).catch(() => []);
  const files = await Promise.all(folders.map((folder) => readdir(join(temp, folder)).catch(() => [])));
  return files.reduce((sum, names) => sum + names.length, 0);
}

/** Has looked once when it resolves, however soon the process ends; `peak`: that of its memory, looked at until then. */
async function watch(running: Running, most: number): Promise<{ peak: Promise<number> }> {
  const first = await peakMebibytes(running.pid);
  expect(first).toBeGreaterThan(0);
  return { peak: watched(running, first, most) };
}

async function watched(running: Running, first: number, most: number): Promise<number> {
  let peak = first;
  for (let isOver = false; !isOver; ) {
    peak = await peakMebibytes(running.pid).then(
      (now) => (now > 0 ? now : peak),
      () => peak,
    );
    isOver = await Promise.race([running.ended.then(() => true), pause(100).then(() => false)]);
  }
  expect(peak).toBeLessThan(most);
  return peak;
}

function pause(ms = 20): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
