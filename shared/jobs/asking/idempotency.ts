// Idempotency keys: the same key and request always mean the same job, for a day.
import { createHash } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import { dueShard } from "../../ports/due.ts";
import type { Item, ItemKey, JsonValue, Table } from "../../ports/table.ts";
import type { CoreDeps } from "../deps.ts";

export interface IdempotencyKey {
  /** The client's words. */
  key: string;
  route: string;
  /** The validated request. */
  body: JsonValue;
}

interface Reservation {
  bodyHash: string;
  jobId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export const IDEMPOTENCY_MS = 24 * 60 * 60_000;

/** The job that the key stands for; null when it is free. `idempotency_mismatch` when it was used with another request. */
export async function readIdempotency(
  deps: Pick<CoreDeps, "table" | "clock">,
  userId: string,
  idempotency: IdempotencyKey,
): Promise<{ jobId: string } | null> {
  const item = await deps.table.get(itemKey(userId, idempotency));
  if (!item || reservationOf(item).expiresAt <= deps.clock.now()) return null;
  return matching(item, idempotency);
}

/** Takes the key for `jobId`, unless somebody was faster: then it is theirs. Answers the job id that counts. */
export async function reserveKey(
  deps: Pick<CoreDeps, "table" | "clock">,
  userId: string,
  idempotency: IdempotencyKey,
  jobId: string,
): Promise<string> {
  const key = itemKey(userId, idempotency);
  for (;;) {
    const expiresAt = deps.clock.now() + IDEMPOTENCY_MS;
    const reservation: Reservation = { bodyHash: hashBody(idempotency.body), jobId, expiresAt };
    const due = { kind: "idempotency", shard: dueShard(userId), at: expiresAt };
    const old = await deps.table.get(key);
    if (old && reservationOf(old).expiresAt > deps.clock.now()) return matching(old, idempotency).jobId;
    const condition = old ? { version: old.version } : "absent";
    if ((await deps.table.put({ ...key, data: { ...reservation }, due }, condition)) !== null) return jobId;
  }
}

/** What the timer does with a key that is due. */
export async function forgetKey(deps: { table: Table; clock: { now(): number } }, key: ItemKey): Promise<void> {
  const item = await deps.table.get(key);
  if (item && reservationOf(item).expiresAt <= deps.clock.now())
    await deps.table.delete(key, { version: item.version });
}

function matching(item: Item, idempotency: IdempotencyKey): { jobId: string } {
  const reservation = reservationOf(item);
  if (reservation.bodyHash !== hashBody(idempotency.body)) throw new AppError("idempotency_mismatch");
  return { jobId: reservation.jobId };
}

function itemKey(userId: string, { route, key }: IdempotencyKey): ItemKey {
  return { partition: `user#${userId}`, sort: `idem#${sha256(`${route}\n${key}`)}` };
}

function reservationOf(item: Item): Reservation {
  return item.data as unknown as Reservation;
}

/** Equal requests have equal hashes, whatever the order of their keys. */
function hashBody(body: JsonValue): string {
  return sha256(JSON.stringify(body, (_, value) => (isPlainObject(value) ? sorted(value) : value)));
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
