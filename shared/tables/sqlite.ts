// The embedded table: one SQLite file, which several processes may share.
import { resolve } from "node:path";
import type { StatementSync } from "node:sqlite";
import { AppError } from "../errors/app-error.ts";
import { storedItem } from "../ports/stored-item.ts";
import type { Condition, Item, NewItem } from "../ports/table.ts";
import type { WholeTable } from "../ports/whole-table.ts";
import {
  checkDue,
  checkKey,
  checkKeyPart,
  checkLimit,
  checkShard,
  checkTogether,
  checkVersion,
  encodeData,
} from "./item-limits.ts";
import { createCommits } from "./sqlite-commits.ts";
import { whenFree } from "./sqlite-errors.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { createTogether, type PutOne } from "./sqlite-together.ts";

export interface SqliteTableOptions {
  /** The database file, made if it is absent or empty; its folder must exist. */
  path: string;
  /** How long to wait for another process that holds the file, in milliseconds; then the call throws `unavailable`. Default 10 000. */
  lockTimeoutMs?: number;
}

/** Throws AppError `unavailable`, naming the file, when it is damaged, foreign, newer or not writable. */
export async function openSqliteTable(options: SqliteTableOptions): Promise<WholeTable> {
  const { lockTimeoutMs = 10_000 } = options;
  const path = resolve(options.path);
  const db = await openSqliteFile(path, lockTimeoutMs);
  const selectItem = asArrays(db.prepare(sql.selectItem));
  const insertItem = db.prepare(sql.insertItem);
  const updateItem = db.prepare(sql.updateItem);
  const deleteItem = db.prepare(sql.deleteItem);
  const selectPage = {
    ascending: asArrays(db.prepare(sql.ascending)),
    descending: asArrays(db.prepare(sql.descending)),
  };
  const selectDue = db.prepare(sql.selectDue);
  const selectNext = asArrays(db.prepare(sql.selectNext));
  const commits = createCommits(db, lockTimeoutMs);
  const together = createTogether(db);
  let closed: Promise<void> | null = null;

  /** At once, as nearly always: only a file that another process holds is waited for. */
  function read<T>(attempt: () => T): T | Promise<T> {
    refuseWhenClosed();
    try {
      return attempt();
    } catch {
      return whenFree(lockTimeoutMs, attempt);
    }
  }

  function write<T>(bytes: number, change: () => T): Promise<T> {
    refuseWhenClosed();
    return commits.add(bytes, change);
  }

  /** Checks and encodes at once, and once, however often the write is tried. */
  function preparedPut({ partition, sort, data, due }: NewItem, condition: Condition): { bytes: number; run: PutOne } {
    checkKey({ partition, sort });
    if (due) checkDue(due);
    const json = encodeData(data);
    const values = [due?.kind ?? null, due?.shard ?? null, due?.at ?? null, json, partition, sort] as const;
    const isAbsent = condition === "absent";
    const version = isAbsent ? 1 : condition.version;
    const statement = isAbsent ? insertItem : updateItem;
    const next = isAbsent ? 1 : version + 1;
    return { bytes: json.length, run: () => (isTaken(statement.run(...values, version)) ? next : null) };
  }

  function refuseWhenClosed(): void {
    if (closed) throw new AppError("unavailable", { message: `The table ${path} is closed.` });
  }

  async function close(): Promise<void> {
    await commits.settled();
    db.close();
  }

  return {
    async get(key) {
      checkKey(key);
      const found = read(() => selectItem.get(key.partition, key.sort));
      const row = (found instanceof Promise ? await found : found) as unknown as ItemRow | undefined;
      return row ? toItem(key.partition, row) : null;
    },

    async put(item, condition) {
      const { bytes, run } = preparedPut(item, condition);
      return write(bytes, run);
    },

    async putTogether(writes) {
      checkTogether(writes);
      const puts = writes.map(({ item, condition }) => preparedPut(item, condition));
      const bytes = puts.reduce((sum, put) => sum + put.bytes, 0);
      return write(bytes, () => together(puts.map(({ run }) => run)));
    },

    async delete({ partition, sort }, { version }) {
      checkKey({ partition, sort });
      return write(0, () => isTaken(deleteItem.run(partition, sort, version)));
    },

    async query({ partition, prefix, order, limit, after }) {
      checkKeyPart("partition", partition);
      checkLimit(limit);
      const select = selectPage[order];
      // One more than was asked for tells whether anything follows.
      const page = await read(() => select.all(partition, prefix, after ?? null, limit + 1));
      const rows = (page as unknown as ItemRow[]).slice(0, limit);
      return { items: rows.map((row) => toItem(partition, row)), isLast: page.length <= limit };
    },

    async due({ kind, shard, before, limit }) {
      checkShard(shard);
      checkLimit(limit);
      const rows = await read(() => selectDue.all(kind, shard, before, limit));
      return (rows as DueRow[]).map(({ partition, sort, at }) => ({ partition, sort, at }));
    },

    async *items() {
      for (let after = 0, page: WholeRow[] = []; ; after = page.at(-1)?.[0] ?? after) {
        page = (await read(() => selectNext.all(after, ITEMS_PAGE))) as unknown as WholeRow[];
        for (const [, partition, ...row] of page) yield toItem(partition, row);
        if (page.length < ITEMS_PAGE) return;
      }
    },

    async restore({ partition, sort, data, due, version }) {
      checkKey({ partition, sort });
      checkVersion(version);
      if (due) checkDue(due);
      const json = encodeData(data);
      const values = [due?.kind ?? null, due?.shard ?? null, due?.at ?? null, json, partition, sort] as const;
      return write(json.length, () => isTaken(insertItem.run(...values, version)));
    },

    close() {
      closed ??= close();
      return closed;
    },
  };
}

function isTaken({ changes }: { changes: number | bigint }): boolean {
  return changes === 1;
}

/** The columns of `itemColumns`. */
type ItemRow = [sort: string, version: number, dueKind: string | null, dueShard: number, dueAt: number, data: string];
type WholeRow = [id: number, partition: string, ...ItemRow];
type DueRow = { partition: string; sort: string; at: number };

/** A row that is an object costs a quarter more. */
function asArrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}

function toItem(partition: string, [sort, version, kind, shard, at, data]: ItemRow): Item {
  return storedItem({ partition, sort }, data, version, kind === null ? undefined : { kind, shard, at });
}

/** Of the largest items that is 25 MB. */
const ITEMS_PAGE = 100;

/** SQLite compares text byte by byte, and UTF-8 has the order of its code points. The byte 0xFF, which UTF-8 never uses, sorts behind every character. */
const behindPrefix = "?2 || CAST(x'ff' AS TEXT)";

const itemColumns = "sort, version, due_kind, due_shard, due_at, data";

const sql = {
  selectItem: `SELECT ${itemColumns} FROM items WHERE partition = ? AND sort = ?`,

  // The parameters of both stand in one order, so that a put binds the same values to either; last comes the version.
  insertItem: `INSERT INTO items (due_kind, due_shard, due_at, data, partition, sort, version)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  updateItem: `UPDATE items SET due_kind = ?, due_shard = ?, due_at = ?, data = ?, version = version + 1
    WHERE partition = ? AND sort = ? AND version = ?`,
  deleteItem: "DELETE FROM items WHERE partition = ? AND sort = ? AND version = ?",

  // One bound on each side keeps this a single range of the primary key; the unary plus keeps the last comparison out of the choice.
  ascending: `SELECT ${itemColumns} FROM items
    WHERE partition = ?1 AND sort >= max(?2, coalesce(?3, '')) AND sort < ${behindPrefix} AND +sort > coalesce(?3, '')
    ORDER BY sort LIMIT ?4`,
  descending: `SELECT ${itemColumns} FROM items
    WHERE partition = ?1 AND sort >= ?2 AND sort < min(${behindPrefix}, coalesce(?3, ${behindPrefix}))
    ORDER BY sort DESC LIMIT ?4`,

  selectDue: `SELECT partition, sort, due_at AS at FROM items
    WHERE due_kind = ? AND due_shard = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,

  // An update leaves a row where it is.
  selectNext: `SELECT rowid, partition, ${itemColumns} FROM items
    WHERE rowid > ? ORDER BY rowid LIMIT ?`,
};
