// Waiting until nothing is left to do, whatever died before.
import type { Job } from "../../shared/jobs/job.ts";
import { parseTempOwner } from "../../shared/media/keys.ts";
import { PATIENCE_MS } from "../patience.ts";
import { type Place, type Remains, readKeys, readRemains } from "./remains.ts";

const PAUSE_MS = 100;

/** I2: every job has ended, no credits are set aside, and temp/ holds nothing for long. For the last cleaning, an hour later, something may be left. */
export function comeToRest(place: Place): Promise<void> {
  return waitUntilNothing(place, (table, keys) => [
    ...openJobs(table.jobs.filter((job) => !awaitsLastCleaning(job))),
    ...openCredits(table),
    ...leftOvers(table, keys, (job) => !awaitsLastCleaning(job)),
  ]);
}

/** Every job is closed for good, and temp/ holds only what the purge takes. */
export function comeToAnEnd(place: Place): Promise<void> {
  return waitUntilNothing(place, (table, keys) => [
    ...openJobs(table.jobs),
    ...openCredits(table),
    ...leftOvers(table, keys, () => true),
  ]);
}

export function awaitsLastCleaning({ phase, hasLeftovers, isCleaned }: Job): boolean {
  return phase === "closing" && hasLeftovers && isCleaned;
}

async function waitUntilNothing(
  place: Place,
  isLeft: (table: Remains, keys: readonly string[]) => string[],
): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = isLeft(await readRemains(place), await readKeys(place));
    if (left.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`It never came to rest:\n${left.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function openJobs(jobs: readonly Job[]): string[] {
  return jobs.filter(({ phase }) => phase !== "closed").map((job) => `job ${job.id} is ${job.phase}`);
}

function openCredits({ accounts, codes, due }: Remains): string[] {
  return [
    ...due.filter((item) => /^(order|mail) /.test(item)).map((item) => `${item} is due`),
    ...accounts.filter(({ givenBack = [] }) => givenBack.length > 0).map(({ userId }) => `user ${userId} has markers`),
    ...accounts.filter(({ holds }) => holds.length > 0).map(({ userId }) => `user ${userId} has holds`),
    ...accounts.filter(({ markers }) => markers.length > 0).map(({ userId }) => `user ${userId} has markers`),
    ...codes.filter(({ claimedBy, isDone }) => claimedBy !== null && !isDone).map(({ code }) => `code ${code} is open`),
  ];
}

function leftOvers({ jobs }: Remains, keys: readonly string[], counts: (job: Job) => boolean): string[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const isLeft = (key: string) => {
    const job = byId.get(parseTempOwner(key)?.jobId ?? "");
    return !isForPurge(key, job) && (!job || counts(job));
  };
  return keys.filter((key) => key.startsWith("temp/") && isLeft(key)).map((key) => `${key} is left`);
}

/** Inputs that a retry may need, or whose job never came to be; and what a process that died had put to see whether the store is well. */
function isForPurge(key: string, job: Job | undefined): boolean {
  if (key.startsWith("temp/probe/")) return true;
  return key.startsWith("temp/inputs/") && (!job || job.outcome === "failed");
}
