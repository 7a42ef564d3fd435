// The embedded table as it is at one moment, as a file of its own.
import { open } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import type { Place } from "./place.ts";

/** How long the source may be held by whoever opens or closes it. */
const LOCK_TIMEOUT_MS = 10_000;

export interface CopiedTable {
  /** Where it lies, whole; not yet under its name. */
  staged: string;
  rows: number;
  bytes: number;
}

/**
 * One transaction that reads: with a write-ahead log nobody waits for it. What was deleted from the table is not in the copy, as it would be in one
 * of its pages. Throws when the table, or its copy, is damaged.
 */
export async function copyTable(path: string, place: Place): Promise<CopiedTable> {
  const staged = place.unfinished();
  // SQLite takes an empty file; made by us, only its owner may read it.
  await (await open(staged, "wx", 0o600)).close();
  withDatabase(path, (db) => db.prepare("VACUUM INTO ?").run(staged));
  const rows = withDatabase(staged, (db) => {
    const found = Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
    if (found !== "ok") throw new Error(`${found}.`);
    return Number(db.prepare("SELECT count(*) AS count FROM items").get()?.count);
  });
  await using file = await open(staged, "r");
  return { staged, rows, bytes: (await file.stat()).size };
}

function withDatabase<T>(path: string, act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    return act(db);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new Error(`${path} cannot be copied: ${reason}. What was backed up before stays as it is.`, { cause });
  } finally {
    db.close();
  }
}
