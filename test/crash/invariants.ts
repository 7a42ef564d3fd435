// What has to be true once everything has come to rest.

import { expect } from "vitest";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { thumbnailKey } from "../../shared/media/keys.ts";
import { checkLedger as checkLedgerOverHttp } from "../api/check-ledger.ts";
import { hasEnded, type ShownJob, type User } from "../api/user.ts";
import { awaitsLastCleaning, comeToAnEnd, comeToRest } from "./at-rest.ts";
import { sha256 } from "./pictures.ts";
import { checkIntegrity, factsOf, type Place, type Remains, readKeys, readRemains } from "./remains.ts";
import type { World } from "./world.ts";

/** The last cleaning comes an hour after an ending, which other processes may have seen ahead of time. */
const AFTER_LAST_CLEANING_S = 2 * 60 * 60;

/**
 * Waits until nothing is left to do for anybody, stops the process and checks everything, also behind the last cleaning.
 * `allowed`: words in the lines that it may log as errors. Answers what is kept.
 */
export async function checkAtRest(
  world: World,
  users: readonly User[],
  allowed: readonly string[] = [],
): Promise<Remains> {
  await comeToRest(world.place);
  for (const user of users) await checkOverHttp(user);
  const errors = await world.stop();
  expect(errors.filter((line) => !allowed.some((words) => line.includes(words)))).toEqual([]);
  const remains = await checkRemains(world.place);
  if (!remains.jobs.some(awaitsLastCleaning)) return remains;
  await world.start({ secondsLater: AFTER_LAST_CLEANING_S });
  await comeToAnEnd(world.place);
  expect(await world.stop()).toEqual([]);
  return checkRemains(world.place);
}

/** I1 and I3 as the user sees them. */
async function checkOverHttp(user: User): Promise<void> {
  const { jobs } = await checkLedgerOverHttp(user);
  expect(jobs.filter((job) => !hasEnded(job))).toEqual([]);
  for (const job of jobs) {
    expect([job.id, job.status === "completed"]).toEqual([job.id, job.outputs.length > 0]);
    await Promise.all(job.outputs.map(checkOutput));
  }
}

async function checkOutput({ url, size, contentType, ...output }: ShownJob): Promise<void> {
  const response = await fetch(url);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = [response.status, response.headers.get("content-type"), bytes.length, sha256(bytes)];
  expect(found).toEqual([200, contentType, size, output.sha256]);
}

/** What lies there once nothing is left to do. */
export async function checkRemains(place: Place): Promise<Remains> {
  const remains = await readRemains(place);
  if (typeof place === "string") expect(checkIntegrity(place)).toEqual(["ok"]);
  checkMoney(remains);
  checkItems(remains);
  await checkObjects(place, remains);
  return remains;
}

/** I1, and each round charged once or not at all. */
function checkMoney({ accounts, jobs, olderLines, uploads, orders }: Remains): void {
  const differences = accounts.flatMap((account) => {
    const isOwn = ({ userId }: { userId: string }) => userId === account.userId;
    const older = olderLines.filter(isOwn).flatMap(({ lines }) => lines);
    const own = {
      olderLines: older,
      jobs: jobs.filter(isOwn),
      uploads: uploads.filter(isOwn),
      orders: orders.filter(isOwn),
    };
    return checkLedger({ account, ...own }, Date.now());
  });
  expect(differences).toEqual([]);
}

/** Nothing is due but what only waits to expire and the last cleanings, the records are those of the outputs, and no provider's call would find a job. */
function checkItems({ due, tasks, jobs, records, uploads }: Remains): void {
  const cleanedLater = [
    ...jobs.filter(awaitsLastCleaning).map(({ id }) => `job job#${id}`),
    ...uploads.filter(({ outcome, dueAt }) => outcome && dueAt !== null).map(({ id }) => `upload upload#${id}`),
  ];
  const handled = due.filter((item) => !/^(idempotency|expiring) /.test(item));
  expect(handled.toSorted()).toEqual(cleanedLater.toSorted());
  expect(tasks).toEqual([]);
  const outputs = jobs.flatMap((job) =>
    job.outputs.map((output) => ({ sort: `output#${job.id}#${job.attempt}-${output.index}`, output })),
  );
  expect(records.toSorted(bySort)).toEqual(outputs.toSorted(bySort));
}

/** I3 and I4: the permanent objects are the outputs of completed jobs, their thumbnails, and the uploads that are ready, whole, each under its owner's prefix. */
async function checkObjects(place: Place, { jobs, uploads }: Remains): Promise<void> {
  const outputs = jobs.flatMap(({ id, userId, outputs }) => outputs.map((output) => ({ id, userId, ...output })));
  const kept = (await readKeys(place)).filter((key) => !key.startsWith("temp/"));
  const ready = uploads.flatMap(({ id, userId, outcome }) =>
    outcome?.status === "ready" ? [{ id, userId, ...outcome.file }] : [],
  );
  const thumbnails = outputs.flatMap(({ key, hasThumbnail }) => (hasThumbnail ? [thumbnailKey(key)] : []));
  expect(kept).toEqual([...[...outputs, ...ready].map(({ key }) => key), ...thumbnails].toSorted());
  for (const { key, size, sha256: recorded, userId, id } of ready) {
    expect(key.startsWith(`users/${userId}/uploads/${id}.`)).toBe(true);
    expect([key, await factsOf(place, key)]).toEqual([key, { size, sha256: recorded }]);
  }
  for (const { key, size, sha256: recorded, userId, id } of outputs) {
    expect(key.startsWith(`users/${userId}/jobs/${id}/`)).toBe(true);
    expect([key, await factsOf(place, key)]).toEqual([key, { size, sha256: recorded }]);
  }
}

function bySort(a: { sort: string }, b: { sort: string }): number {
  return a.sort < b.sort ? -1 : 1;
}
