// Idempotency keys: the same key and request always mean the same job, for a day.
import { AppError } from "../../errors/app-error.ts";
import { dueShard } from "../../ports/due.ts";
import type { Item, ItemKey, JsonValue, Table, Write } from "../../ports/table.ts";
import type { CoreDeps } from "../deps.ts";
import { hashBody, sha256 } from "./body-hash.ts";

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
  const found = await readReservation(deps, userId, idempotency);
  return found && found.jobId !== null ? { jobId: found.jobId } : null;
}

/** Takes the key for `jobId`, unless somebody was faster: then it is theirs. Answers the job id that counts. */
export async function reserveKey(
  deps: Pick<CoreDeps, "table" | "clock">,
  userId: string,
  idempotency: IdempotencyKey,
  jobId: string,
): Promise<string> {
  for (;;) {
    const found = await readReservation(deps, userId, idempotency);
    if (found && found.jobId !== null) return found.jobId;
    const { item, condition } = reservationWrite(deps, userId, idempotency, { jobId, over: found?.version });
    if ((await deps.table.put(item, condition)) !== null) return jobId;
  }
}

/**
 * The id that a request goes by: that of its key, else `freshId`, for which the key is taken. `requireNow` throws what refuses the request for certain:
 * then nothing is written; unless somebody else has the same key and has just spent the credits on this very thing.
 */
export async function idUnderKey(
  deps: Pick<CoreDeps, "table" | "clock">,
  userId: string,
  idempotency: IdempotencyKey | null,
  freshId: string,
  requireNow: () => Promise<void>,
): Promise<string> {
  const known = () => idempotency && readIdempotency(deps, userId, idempotency);
  const before = await known();
  if (before) return before.jobId;
  try {
    await requireNow();
  } catch (refusal) {
    const meanwhile = await known();
    if (meanwhile) return meanwhile.jobId;
    throw refusal;
  }
  return idempotency ? reserveKey(deps, userId, idempotency, freshId) : freshId;
}

/** What lies under a key: the job that it stands for, null when its time is over. */
export interface Reserved {
  jobId: string | null;
  version: number;
}

/** Null when nothing lies there. `idempotency_mismatch` as above. */
export async function readReservation(
  deps: Pick<CoreDeps, "table" | "clock">,
  userId: string,
  idempotency: IdempotencyKey,
): Promise<Reserved | null> {
  const item = await deps.table.get(itemKey(userId, idempotency));
  if (!item) return null;
  const { version } = item;
  const isOver = reservationOf(item).expiresAt <= deps.clock.now();
  return { version, jobId: isOver ? null : matching(item, idempotency) };
}

/** `over`: the version of a reservation whose time is over. */
export function reservationWrite(
  { clock }: Pick<CoreDeps, "clock">,
  userId: string,
  idempotency: IdempotencyKey,
  { jobId, over }: { jobId: string; over: number | undefined },
): Write {
  const expiresAt = clock.now() + IDEMPOTENCY_MS;
  const data: Reservation = { bodyHash: hashesOf(idempotency).ofBody(), jobId, expiresAt };
  const due = { kind: "idempotency", shard: dueShard(userId), at: expiresAt };
  const item = { ...itemKey(userId, idempotency), data: { ...data }, due };
  return { item, condition: over === undefined ? "absent" : { version: over } };
}

/** What the timer does with a key that is due. */
export async function forgetKey(deps: { table: Table; clock: { now(): number } }, key: ItemKey): Promise<void> {
  const item = await deps.table.get(key);
  if (item && reservationOf(item).expiresAt <= deps.clock.now())
    await deps.table.delete(key, { version: item.version });
}

function matching(item: Item, idempotency: IdempotencyKey): string {
  const reservation = reservationOf(item);
  if (reservation.bodyHash !== hashesOf(idempotency).ofBody()) throw new AppError("idempotency_mismatch");
  return reservation.jobId;
}

function itemKey(userId: string, idempotency: IdempotencyKey): ItemKey {
  return { partition: `user#${userId}`, sort: `idem#${hashesOf(idempotency).ofKey}` };
}

interface Hashes {
  ofKey: string;
  ofBody(): string;
}

/** One request asks for its hashes several times: before it has a price, and at each account that its write is tried on. */
const hashes = new WeakMap<IdempotencyKey, Hashes>();

function hashesOf(idempotency: IdempotencyKey): Hashes {
  const known = hashes.get(idempotency);
  if (known) return known;
  const { route, key, body } = idempotency;
  let bodyHash: string | null = null;
  const made: Hashes = {
    ofKey: sha256(`${route}\n${key}`),
    ofBody: () => {
      bodyHash ??= hashBody(body);
      return bodyHash;
    },
  };
  hashes.set(idempotency, made);
  return made;
}

function reservationOf(item: Item): Reservation {
  return item.data as unknown as Reservation;
}
