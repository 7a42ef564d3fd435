// What a create writes, made by hand: copies of the product's own rows, with ids of their own.
import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Account } from "../../shared/credits/account.ts";
import type { Row } from "../rows.ts";

/** What the product wrote for one create. */
export interface Templates {
  job: Row;
  /** After the user's first create. */
  account: Row;
  profile: Row;
  /** What stands under the key of its request. */
  reservation: Row;
}

export interface BareCreate {
  userId: string;
  jobId: string;
  /** Of the request, with which it may be sent again. */
  key: string;
}

export interface BareTable {
  /** Whether the user's tokens are of the version that the profile has. */
  isKnown(userId: string): boolean;
  /** The job that stands under the user's key; null when it is free. */
  jobUnder(userId: string, key: string): string | null;
  /** Writes job, account, ledger line and key; false, and nothing, when the account has not enough. */
  write(create: BareCreate): boolean;
}

export function reservationSort(key: string): string {
  return `idem#${createHash("sha256").update(`generate-image\n${key}`).digest("hex")}`;
}

/** With the users' profiles and accounts in it. */
export function createBareTable(
  db: DatabaseSync,
  { job, account, profile, reservation }: Templates,
  userIds: string[],
): BareTable {
  const insert = db.prepare(
    "INSERT INTO items (due_kind, due_shard, due_at, data, partition, sort, version) VALUES (?, ?, ?, ?, ?, ?, 1)",
  );
  const update = db.prepare(
    "UPDATE items SET due_kind = ?, due_shard = ?, due_at = ?, data = ?, version = version + 1 WHERE partition = ? AND sort = ?",
  );
  const jobData: object = JSON.parse(job.data);
  const profileData: { tokenVersion: number } = JSON.parse(profile.data);
  const reservationData: { bodyHash: string } = JSON.parse(reservation.data);
  const first = JSON.parse(account.data) as Account;
  const price = first.holds[0]?.amount ?? 0;
  const select = db.prepare("SELECT data FROM items WHERE partition = ? AND sort = ?");
  db.exec("BEGIN");
  for (const userId of userIds) {
    insert.run(null, null, null, JSON.stringify(withoutJobs(first, userId)), partitionOf(userId), "account");
    insert.run(null, null, null, JSON.stringify({ ...profileData, id: userId }), partitionOf(userId), "profile");
  }
  db.exec("COMMIT");

  function isKnown(userId: string): boolean {
    const row = select.get(partitionOf(userId), "profile");
    return row !== undefined && JSON.parse(String(row.data)).tokenVersion === profileData.tokenVersion;
  }

  function jobUnder(userId: string, key: string): string | null {
    const row = select.get(partitionOf(userId), reservationSort(key));
    return row ? JSON.parse(String(row.data)).jobId : null;
  }

  function write({ userId, jobId, key }: BareCreate): boolean {
    const partition = partitionOf(userId);
    const known = JSON.parse(String(select.get(partition, "account")?.data)) as Account;
    if (known.balance < price) return false;
    const now = Date.now();
    const data = JSON.stringify({ ...jobData, id: jobId, userId, createdAt: now, updatedAt: now });
    insert.run(job.dueKind, job.dueShard, now + 10_000, data, partition, `job#${jobId}`);
    const { dueKind, dueShard } = reservation;
    const expiresAt = now + 86_400_000;
    const reserved = JSON.stringify({ ...reservationData, jobId, expiresAt });
    insert.run(dueKind, dueShard, expiresAt, reserved, partition, reservationSort(key));
    const moved = known.lines.length > 8 ? known.lines.slice(0, 8) : [];
    if (moved.length > 0) insert.run(null, null, null, JSON.stringify({ lines: moved }), partition, batchOf(known));
    const next = withCharge(first, known, moved.length, jobId);
    update.run(account.dueKind, account.dueShard, now + 120_000, JSON.stringify(next), partition, "account");
    return true;
  }

  return { isKnown, jobUnder, write };
}

function partitionOf(userId: string): string {
  return `user#${userId}`;
}

function batchOf({ nextSeq }: Account): string {
  return `ledger#${String(nextSeq).padStart(10, "0")}`;
}

function withoutJobs(first: Account, userId: string): Account {
  const lines = first.lines.slice(0, 1).map((welcome) => ({ ...welcome, id: randomUUID() }));
  return { ...first, userId, balance: lines[0]?.balanceAfter ?? 0, holds: [], lines, nextLine: 2, nextSeq: 0, jobs: 0 };
}

/** The account with the hold and the line of one more job, and without the lines that were moved out. */
function withCharge(first: Account, known: Account, moved: number, jobId: string): Account {
  const now = Date.now();
  const holds = first.holds.map((hold) => ({ ...hold, jobId, productionId: undefined, expiresAt: now + 120_000 }));
  const balanceAfter = known.balance - (holds[0]?.amount ?? 0);
  const balances = { balanceBefore: known.balance, balanceAfter };
  const own = { id: randomUUID(), n: known.nextLine, jobId, createdAt: now, ...balances };
  return {
    ...known,
    balance: balanceAfter,
    holds: [...known.holds, ...holds],
    lines: [...known.lines.slice(moved), ...first.lines.slice(1).map((line) => ({ ...line, ...own }))],
    nextLine: known.nextLine + 1,
    nextSeq: known.nextSeq + (moved > 0 ? 1 : 0),
    jobs: known.jobs + 1,
  };
}
