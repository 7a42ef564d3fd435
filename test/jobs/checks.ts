// What must be true of every world: at each moment, and when the timers have come to rest.
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { heldCredits, type LedgerLine } from "../../shared/credits/account.ts";
import type { Job, Output } from "../../shared/jobs/job.ts";
import { isInputRefused } from "../../shared/jobs/moderating/record.ts";
import { isSettled, statusOf } from "../../shared/jobs/states.ts";
import { parseTempOwner, thumbnailKey, ticketKey } from "../../shared/media/keys.ts";
import type { MetricName } from "../../shared/ports/metrics.ts";
import type { World } from "./fixture.ts";

const MAX_JOB_BYTES = 32 * 1024;
const MAX_ACCOUNT_BYTES = 8 * 1024;

export async function checkAlways(world: World): Promise<void> {
  const account = await world.account();
  const lines = await world.ledger();
  const jobs = await world.jobs();
  // Only what was taken back with its money takes it below 0.
  expect(account.balance).toBeGreaterThanOrEqual(sumOf(lines.filter(({ type }) => type === "reversal")));
  expect(account.balance + heldCredits(account) + account.spent).toBe(account.earned);
  expect(lines.map((line) => line.n)).toEqual(lines.map((_, i) => i + 1));
  expect(sumOf(lines)).toBe(account.balance);
  for (const [i, line] of lines.entries()) {
    expect([line.n, line.balanceBefore]).toEqual([line.n, lines[i - 1]?.balanceAfter ?? 0]);
    expect([line.n, line.balanceAfter]).toEqual([line.n, line.balanceBefore + line.amount]);
  }
  const names = lines.filter((line) => line.jobId).map(({ jobId, round, type }) => `${jobId} ${round} ${type}`);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  for (const hold of account.holds) {
    const job = jobs.find((other) => other.id === hold.jobId);
    if (job && isSettled(job)) expect(hold.round).not.toBe(job.round);
  }
  expect(JSON.stringify(account).length).toBeLessThanOrEqual(MAX_ACCOUNT_BYTES);
  for (const job of jobs.filter(({ deletion }) => !deletion)) checkJob(job);
  expect(measuredAs(world, "LedgerDrift")).toBe(0);
  // Each paid round ends once; who dies in between counts it not at all.
  // A deleted job says no more how many it had: at most four.
  const ofDeleted = 4 * (account.deletedJobs?.jobs ?? 0);
  const rounds = jobs.reduce((sum, job) => sum + paidRounds(job), ofDeleted);
  expect(measuredAs(world, "JobsEnded")).toBeLessThanOrEqual(rounds);
  // A user can see of each credit where it went.
  expect(measuredAs(world, "CreditsSettled")).toBeLessThanOrEqual(account.spent + sumOf(refundsOf(lines)));
}

function measuredAs(world: World, name: MetricName): number {
  return world.measured.filter((measured) => measured.name === name).reduce((sum, { value }) => sum + value, 0);
}

/** Those that were begun, with the one that is being paid for. */
function paidRounds(job: Job): number {
  return job.paidRound === 0 ? 0 : job.retries + 1;
}

function refundsOf(lines: readonly LedgerLine[]): LedgerLine[] {
  return lines.filter(({ type }) => type === "refund");
}

function checkJob(job: Job): void {
  expect(JSON.stringify(job).length).toBeLessThanOrEqual(MAX_JOB_BYTES);
  expect(job.feed.length).toBeLessThanOrEqual(50);
  const first = job.feed[0]?.n ?? 0;
  expect(job.feed.map((entry) => entry.n)).toEqual(job.feed.map((_, i) => first + i));
  expect(job.feed.at(-1)?.status).toBe(statusOf(job));
}

export async function checkAtRest(world: World): Promise<void> {
  const account = await world.account();
  const jobs = await world.jobs();
  expect(account.holds).toEqual([]);
  expect([account.markers, account.givenBack ?? []]).toEqual([[], []]);
  expect(account.jobs).toBe(jobs.filter((job) => job.paidRound > 0).length);
  for (const job of jobs) expect([job.id, job.phase, job.dueAt]).toEqual([job.id, "closed", null]);
  await checkRounds(world, jobs);
  await checkObjects(world, jobs);
  await checkItems(world, jobs);
}

/** Every completed round was paid for, every other one was given back or never charged. */
async function checkRounds(world: World, jobs: Job[]): Promise<void> {
  const lines = await world.ledger();
  for (const job of jobs) {
    for (let round = 1; round <= job.round; round++) {
      const net = sumOf(lines.filter((line) => line.jobId === job.id && line.round === round));
      const isCompleted = round === job.round && job.outcome === "completed";
      expect([job.id, round, net]).toEqual([job.id, round, isCompleted ? 0 - job.captured : 0]);
    }
    if (job.outcome === "completed") expect(job.captured).toBe(job.price * job.outputs.length);
    else expect([job.captured, job.outputs]).toEqual([0, []]);
  }
}

/** What is kept are the outputs of completed jobs, whole, the inputs that a retry may need, and nothing else; no closed job has anything in temp/ that it does not need. */
async function checkObjects(world: World, jobs: Job[]): Promise<void> {
  const outputs = jobs.flatMap((job) => job.outputs);
  const kept = await world.objects("users/");
  const inputs = jobs.filter((job) => job.outcome === "failed" && !isInputRefused(job)).flatMap(ownFiles);
  const thumbnails = outputs.flatMap(({ key, hasThumbnail }) => (hasThumbnail ? [thumbnailKey(key)] : []));
  // A copy that came although its answer was lost may stand beside an output whose record does not tell of it.
  const isUntold = (key: string) => outputs.some((output) => !output.hasThumbnail && thumbnailKey(output.key) === key);
  expect(kept.map((object) => object.key).filter((key) => !isUntold(key))).toEqual(
    [...outputs.map((output) => output.key), ...thumbnails, ...inputs].toSorted(),
  );
  for (const output of outputs) await checkOutput(world, output);
  const account = await world.account();
  const storage = [account.usedBytes, account.uploads ?? {}];
  // Nobody is charged for thumbnails.
  const counted = kept.filter(({ key }) => !key.includes("/thumbnail-"));
  expect(storage).toEqual([counted.reduce((sum, { size }) => sum + size, 0), {}]);
  for (const job of jobs) {
    const temp = (await world.objects("temp/")).map((object) => object.key);
    const owned = temp.filter((key) => parseTempOwner(key)?.jobId === job.id);
    // A retry may need the input. The newest ticket is a hint that may be put when the job has been closed already: then it is the purge's.
    const mayStay = (key: string) =>
      // What was refused is the purge's, too.
      key.startsWith("temp/blocked/") ||
      (key.startsWith("temp/inputs/") && !isInputRefused(job)) ||
      (job.tickets > 1 && key === newestTicket(job));
    expect(owned.filter((key) => !mayStay(key))).toEqual([]);
  }
}

function newestTicket({ userId, id, round, tickets }: Job): string {
  return ticketKey(userId, id, round, tickets);
}

/** Of inputs that lie nowhere else. */
function ownFiles({ inputs = [] }: Job): string[] {
  return inputs.flatMap(({ origin, file }) => (file && ("url" in origin || "data" in origin) ? file.key : []));
}

async function checkOutput(world: World, output: Output): Promise<void> {
  const object = await world.store.get(output.key);
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of object?.body ?? []) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  expect([size, hash.digest("hex")]).toEqual([output.size, output.sha256]);
}

/** Records are those of the outputs, and no task can be found any more. */
async function checkItems(world: World, jobs: Job[]): Promise<void> {
  const left: string[] = [];
  for (const key of world.touched.values()) {
    const isLooked = key.partition.startsWith("task#") || key.sort.startsWith("output#");
    if (isLooked && (await world.table.get(key))) left.push(key.sort);
  }
  const records = jobs.flatMap((job) => job.outputs.map((o) => `output#${job.id}#${job.attempt}-${o.index}`));
  expect(left.toSorted()).toEqual(records.toSorted());
}

function sumOf(lines: { amount: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0);
}
