// What a user's files take in the store. It stands in the account beside the credits, and follows the same rule: one write says whether
// there is room, and one write makes what was set aside for a round or an upload count as used. Pure but for `setMaxBytes`.
import { AppError } from "../errors/app-error.ts";
import { type Account, findHold, type Hold, payeeId, requireOpen } from "./account.ts";
import type { ChangeAccount } from "./changes.ts";

/** Room that is set aside for an upload, from its announcement until it is final. */
export interface UploadRoom {
  id: string;
  bytes: number;
  /** Epoch milliseconds at which the upload must be final; a timer looks at it then, in case whoever ended it died. */
  until: number;
}

const MAX_PENDING_UPLOADS = 20;

/** Bytes, for people. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1))} ${units[power]}`;
}

/** What this user may use: the operator's exception for them, or else the setting. */
export function maxBytesOf(account: Account, maxStoredBytes: number): number {
  return account.maxBytes ?? maxStoredBytes;
}

/** Makes the exception; null ends it. What is stored beyond it stays. Answers what is used. Throws `not_found` without an account. */
export function setMaxBytes(
  { changeAccount }: { changeAccount: ChangeAccount },
  userId: string,
  maxBytes: number | null,
): Promise<number> {
  return changeAccount(userId, {
    read: async () => null,
    apply({ maxBytes: _, ...account }) {
      const changed = maxBytes === null ? account : { ...account, maxBytes };
      return { account: changed, result: usedBytesOf(account) };
    },
  });
}

export function usedBytesOf(account: Account): number {
  return account.usedBytes ?? 0;
}

/** What is left once everything has come that room was set aside for. Below 0 after the limit was lowered. */
function leftBytes(account: Account, maxStoredBytes: number): number {
  const held = account.holds.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const announced = roomsOf(account).reduce((sum, { bytes }) => sum + bytes, 0);
  return maxBytesOf(account, maxStoredBytes) - usedBytesOf(account) - held - announced;
}

/** Throws `storage_full` when `bytes` more do not fit; by default when nothing is left. `why`: a sentence about so many bytes. */
export function requireBytes(account: Account, maxStoredBytes: number, bytes = 1, why?: string): void {
  if (bytes > leftBytes(account, maxStoredBytes)) {
    throw new AppError("storage_full", { message: fullText(account, maxStoredBytes, why), isForCaller: true });
  }
}

/** Says how much is used, and what to do. */
export function fullText(account: Account, maxStoredBytes: number, why?: string): string {
  const used = sizeText(usedBytesOf(account));
  const max = sizeText(maxBytesOf(account, maxStoredBytes));
  const taken = `Your files take ${used} of ${max}, and the rest is too little or set aside.`;
  return [taken, why, "Delete jobs, uploads or projects that you do not need."].filter(Boolean).join(" ");
}

/** Room for what most rounds deliver comes with their hold while so much stays free: their outputs then need no write of their own. */
const FREE_BYTES = 1024 ** 3;

export function firstRoom(account: Account, maxStoredBytes: number, bytes: number): number {
  return leftBytes(account, maxStoredBytes) - bytes >= FREE_BYTES ? bytes : 0;
}

/** The hold with room for `bytes` in all; null when they do not fit. */
export function withRoom(account: Account, hold: Hold, bytes: number, maxStoredBytes: number): Account | null {
  const { round, bytes: reserved = 0 } = hold;
  if (bytes <= reserved) return account;
  if (bytes - reserved > leftBytes(account, maxStoredBytes)) return null;
  const roomy = { ...hold, bytes };
  const isThis = (other: Hold) => other === findHold(account, payeeId(hold), round);
  return { ...account, holds: account.holds.map((other) => (isThis(other) ? roomy : other)) };
}

/** `bytes` may be negative. What an older version has not counted yet stays uncounted: whoever counts it finds this in the records. */
export function withUsedBytes(account: Account, bytes: number): Account {
  if (account.usedBytes === undefined || bytes === 0) return account;
  return { ...account, usedBytes: Math.max(0, account.usedBytes + bytes) };
}

/** Throws what a caller is told: 401 for a closed account, 429 when too many of the user's uploads are pending, 507 without the room. */
export function withUpload(account: Account, room: UploadRoom, maxStoredBytes: number, now: number): Account {
  requireOpen(account);
  const pending = roomsOf(account).filter(({ until }) => until > now);
  if (pending.length >= MAX_PENDING_UPLOADS) {
    const message = `At most ${MAX_PENDING_UPLOADS} uploads may be pending. Send the files of those, or wait until they have expired.`;
    throw new AppError("rate_limited", { message, retryAfterMs: Math.min(...pending.map(({ until }) => until)) - now });
  }
  requireBytes(account, maxStoredBytes, room.bytes);
  return withRooms(account, [...roomsOf(account), room]);
}

/** The upload is final, or gone: what was kept of it counts as used. An upload whose room is gone was counted before. */
export function withoutUpload(account: Account, uploadId: string, keptBytes: number): Account {
  if (!hasRoomFor(account, uploadId)) return account;
  const others = roomsOf(account).filter(({ id }) => id !== uploadId);
  return withUsedBytes(withRooms(account, others), keptBytes);
}

export function withUploadUntil(account: Account, uploadId: string, until: number): Account {
  return withRooms(
    account,
    roomsOf(account).map((room) => (room.id === uploadId ? { ...room, until } : room)),
  );
}

export function hasRoomFor(account: Account, uploadId: string): boolean {
  return account.uploads !== undefined && Object.hasOwn(account.uploads, uploadId);
}

export function roomsOf({ uploads = {} }: Account): UploadRoom[] {
  return Object.entries(uploads).map(([id, [bytes, until]]) => ({ id, bytes, until }));
}

export function withRooms(account: Account, rooms: readonly UploadRoom[]): Account {
  return { ...account, uploads: Object.fromEntries(rooms.map(({ id, bytes, until }) => [id, [bytes, until]])) };
}
