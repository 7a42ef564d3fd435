// What the files of a user take, by the records: for accounts of a version that did not count, and for whoever checks the count.
import { type Account, findHold, readAccount } from "../../credits/account.ts";
import { isGivenBack } from "../../credits/give-back.ts";
import { hasRoomFor, roomsOf, withRooms } from "../../credits/storage.ts";
import type { Table } from "../../ports/table.ts";
import { closesAt, type Upload, uploadKeyOf, uploadOf } from "../../uploads/upload.ts";
import type { CoreDeps } from "../deps.ts";
import { type Job, jobItemKey, jobOf } from "../job.ts";
import { keptBytes } from "./kept-bytes.ts";

/** What counts of a job: a round whose hold is still there counts once that is settled, a deleted job until the account has let go of it. */
export function bytesOfJob(account: Account, job: Job): number {
  return findHold(account, job.id, job.round) || isGone(account, job) ? 0 : keptBytes(job);
}

/** Deleted, and the account counts it no more. */
export function isGone(account: Account, { deletion, userId, id }: Job): boolean {
  if (!deletion) return false;
  return deletion.isGivenBack || isGivenBack(account, jobItemKey({ userId, jobId: id }).sort);
}

/** What counts of an upload: one that has room set aside counts once that is given up. */
export function bytesOfUpload(account: Account, upload: Upload): number {
  const { id, userId, outcome, deletion, size } = upload;
  const { sort } = uploadKeyOf({ userId, uploadId: id });
  const isLetGo = deletion && (deletion.isGivenBack || isGivenBack(account, sort));
  return outcome?.status === "ready" && !hasRoomFor(account, id) && !isLetGo ? size : 0;
}

/**
 * Sees to it that the account says what the user's files take. On an account that says it already this is one read; else every job and
 * upload of the user is read, once and for all. Throws `not_found` without an account.
 */
export async function countStorage(deps: Pick<CoreDeps, "table" | "changeAccount">, userId: string): Promise<void> {
  const stored = await readAccount(deps.table, userId);
  if (stored && stored.account.usedBytes !== undefined) return;
  await deps.changeAccount(userId, {
    read: () => readRecords(deps.table, userId),
    apply(account, records) {
      if (account.usedBytes !== undefined) return { account, result: undefined };
      return { account: counted(account, records), result: undefined };
    },
  });
}

interface Records {
  jobs: Job[];
  uploads: Upload[];
}

function counted(account: Account, { jobs, uploads }: Records): Account {
  const ofJobs = jobs.reduce((sum, job) => sum + bytesOfJob(account, job), 0);
  const ofUploads = uploads.reduce((sum, upload) => sum + bytesOfUpload(account, upload), 0);
  const unheard = uploads.filter(({ id, outcome, deletion }) => !outcome && !deletion && !hasRoomFor(account, id));
  const rooms = unheard.map((upload) => ({ id: upload.id, bytes: upload.size, until: closesAt(upload) }));
  return withRooms({ ...account, usedBytes: ofJobs + ofUploads }, [...roomsOf(account), ...rooms]);
}

async function readRecords(table: Table, userId: string): Promise<Records> {
  const jobs: Job[] = [];
  // Only what counts is kept of each: a user may have very many.
  for await (const item of itemsOf(table, userId, "job#")) {
    const { job } = jobOf(item);
    if (keptBytes(job) > 0) jobs.push(slim(job));
  }
  const uploads: Upload[] = [];
  for await (const item of itemsOf(table, userId, "upload#")) uploads.push(uploadOf(item));
  return { jobs, uploads };
}

function slim(job: Job): Job {
  return { ...job, feed: [], metadata: null, request: { ...job.request, prompt: "" } };
}

async function* itemsOf(table: Table, userId: string, prefix: string) {
  const query = { partition: `user#${userId}`, prefix, order: "ascending", limit: 100 } as const;
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ ...query, after });
    yield* page.items;
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
}
