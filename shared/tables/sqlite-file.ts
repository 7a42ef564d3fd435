// Opens the table's file: makes a new one, recovers one that was killed, and refuses what it must not touch.
import { closeSync, openSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../errors/app-error.ts";
import { extendedCode, isDiskFull, primaryCode, resultCodes, whenFree } from "./sqlite-errors.ts";

/** "DrmF". Says that a file is ours before anything is written to it. */
const APPLICATION_ID = 0x44726d46;
const SCHEMA_VERSION = 1;

/**
 * `data` comes last: SQLite keeps the first columns with the row and moves the rest of a long one to other pages. A table with row ids
 * keeps four times as much of a row on one page as one without them, and new rows lie side by side: a commit writes half as many pages.
 */
const SCHEMA = `
  CREATE TABLE items (
    partition TEXT NOT NULL,
    sort      TEXT NOT NULL,
    version   INTEGER NOT NULL,
    due_kind  TEXT,
    due_shard INTEGER,
    due_at    INTEGER,
    data      TEXT NOT NULL,
    PRIMARY KEY (partition, sort)
  ) STRICT;
  CREATE INDEX items_due ON items (due_kind, due_shard, due_at) WHERE due_kind IS NOT NULL;
  PRAGMA application_id = ${APPLICATION_ID};`;

/**
 * A quick check reads every page, and from a cold disk at about 50 MB/s: up to this size it takes seconds at most. Larger
 * files are still refused when they are shortened, have no sound header or are not ours; SQLite shows other damage on use.
 */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

/** Milliseconds that a call may stand still for another process' commit; longer waits are slept through outside. */
const SHORT_WAIT_MS = 5;

/** A journal that a dying process left must be rolled back, which a reader may not do: rescode.html#readonly_rollback */
const NEEDS_ROLLBACK = 776;

/**
 * Opens or makes the database at `path` (absolute). Throws AppError `unavailable`, naming the file and leaving it as it is,
 * when it is damaged, not ours, of a newer schema, not writable, or held by another process for `lockTimeoutMs`;
 * `storage_full` when the disk is.
 */
export async function openSqliteFile(path: string, lockTimeoutMs: number): Promise<DatabaseSync> {
  try {
    if (sizeOf(path) > 0) await whenFree(lockTimeoutMs, () => checkFile(path));
    // SQLite would take this for a new database and delete the log.
    else if (sizeOf(`${path}-wal`) > 0) throw damaged(path, "It is empty or missing, but its -wal file is not.");
    // Made by us rather than by SQLite, so that only the owner may read it: it holds password hashes.
    else closeSync(openSync(path, "a", 0o600));
    return await whenFree(lockTimeoutMs, () => openForWriting(path));
  } catch (error) {
    throw explained(path, error);
  }
}

/** Looks without a right to write: closing a database that may write would move a left-over WAL into a damaged file. */
function checkFile(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: SHORT_WAIT_MS });
  try {
    checkOwner(db, path);
    checkLength(db, path);
    if (sizeOf(path) <= MAX_CHECKED_BYTES) checkPages(db, path);
  } catch (error) {
    // Only a database that was killed while it was made has such a journal; there is nothing in it to check.
    if (extendedCode(error) !== NEEDS_ROLLBACK) throw error;
  } finally {
    db.close();
  }
}

function openForWriting(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: SHORT_WAIT_MS });
  try {
    const mode = numberOrText(db, "journal_mode = WAL");
    if (mode !== "wal") throw refusal(`${path} lies on a file system without write-ahead logs (journal: ${mode}).`);
    db.exec("PRAGMA synchronous = FULL; PRAGMA cache_size = -16000");
    db.exec("BEGIN IMMEDIATE");
    if (checkOwner(db, path) === "empty") db.exec(SCHEMA);
    // Written again each time, as a proof that we can: SQLite opens what it may only read without a word.
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkOwner(db: DatabaseSync, path: string): "ours" | "empty" {
  const owner = numberOrText(db, "application_id");
  const version = Number(numberOrText(db, "user_version"));
  const isEmpty = owner === 0 && version === 0 && !db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get();
  if (isEmpty) return "empty";
  if (owner !== APPLICATION_ID) throw refusal(`${path} is a database, but not of this program. It was left as it is.`);
  if (version > SCHEMA_VERSION) {
    const known = `this version of the program knows them up to ${SCHEMA_VERSION}`;
    throw refusal(`${path} has schema ${version}; ${known}. Start the newer one, or use another folder.`);
  }
  return "ours";
}

/** SQLite notices missing pages, but not a last one that is cut. While there is a WAL, the page may be whole in there. */
function checkLength(db: DatabaseSync, path: string): void {
  const expected = Number(numberOrText(db, "page_count")) * Number(numberOrText(db, "page_size"));
  const size = sizeOf(path);
  const isCut = size < expected && sizeOf(`${path}-wal`) === 0;
  if (isCut) throw damaged(path, `It has ${size} bytes instead of ${expected}.`);
}

function checkPages(db: DatabaseSync, path: string): void {
  const result = numberOrText(db, "quick_check(1)");
  if (result !== "ok") throw damaged(path, String(result));
}

function numberOrText(db: DatabaseSync, pragma: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Adds the file's name to what SQLite or the system said; our own refusals have it. */
function explained(path: string, error: unknown): unknown {
  const cause = error instanceof AppError ? error.cause : error;
  const code = primaryCode(cause);
  if (code === resultCodes.corrupt || code === resultCodes.notADatabase) return damaged(path, String(cause), cause);
  const isFileError = cause instanceof Error && "syscall" in cause;
  if (!isFileError && !(error instanceof AppError && cause)) return error;
  const type = error instanceof AppError ? error.type : "unavailable";
  return new AppError(type, { message: `${path} cannot be opened for writing: ${reason(cause)}. ${cause}`, cause });
}

function reason(cause: unknown): string {
  if (isDiskFull(cause)) return "the disk is full";
  if (primaryCode(cause) === resultCodes.busy) return "another process holds it";
  return "its folder must exist and be writable";
}

function damaged(path: string, finding: string, cause?: unknown): AppError {
  const advice = "Put a copy of it back, or move it and its -wal file away to begin with an empty one.";
  return refusal(`${path} is damaged and was left as it is. ${advice} ${finding}`, cause);
}

function refusal(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", { message, cause });
}
