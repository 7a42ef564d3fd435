// A table behind a network: the port's promises kept over single requests, each of which may be refused, repeated or lost.
import { randomUUID } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import { storedItem } from "../ports/stored-item.ts";
import type { Due, DueEntry, DueQuery, Item, ItemKey, NewItem, Query } from "../ports/table.ts";
import type { WholeTable } from "../ports/whole-table.ts";
import { type AttemptOptions, type Attempts, createAttempts, type Failure } from "./attempts.ts";
import { createConditionalWrites } from "./conditional-writes.ts";
import { checkDue, checkKey, checkKeyPart, checkLimit, checkShard, checkVersion, encodeData } from "./item-limits.ts";
import { type PageStart, pageStart } from "./sort-range.ts";

/** An item as it lies in the database. */
export interface Row {
  sort: string;
  /** JSON. */
  data: string;
  version: number;
  /** Says which call of `put` wrote this row; no two calls share it. */
  write: string;
  due?: Due | undefined;
}

export interface PlacedRow extends Row {
  partition: string;
}

/** What the row must be for a write: absent, of this version, or written by this very call. */
export type RowCondition = "absent" | { version: number; write?: string };

export interface WriteAnswer {
  /** False: the condition did not hold, nothing was done. */
  isTaken: boolean;
  /** The row that was there instead, where the database tells. */
  found?: Row;
}

/** One page of what the database gives at once, which may be empty although more follows at `next`. */
export interface Page<T, Cursor> {
  entries: T[];
  next: Cursor | null;
}

/** A database's own way to do each thing: one request for each call, no retries, errors as they come. */
export interface Wire<Cursor> {
  /** Strongly consistent. */
  read(key: ItemKey): Promise<Row | null>;
  /** Replaces the whole row. `mayBeRepeated`: an earlier, lost request may have written the same row. */
  write(partition: string, row: Row, condition: RowCondition, mayBeRepeated: boolean): Promise<WriteAnswer>;
  remove(key: ItemKey, condition: { version: number; write: string }): Promise<boolean>;
  /** Strongly consistent; at most `limit` rows that begin with the prefix, in order. */
  page(query: Query, start: PageStart, limit: number, cursor: Cursor | null): Promise<Page<Row, Cursor>>;
  due(query: DueQuery, limit: number, cursor: Cursor | null): Promise<Page<DueEntry, Cursor>>;
  /** Strongly consistent; at most `limit` rows of the whole table, in any order. */
  scan(limit: number, cursor: Cursor | null): Promise<Page<PlacedRow, Cursor>>;
  judge(error: unknown): Failure;
  /** A final error as the caller should see it. */
  explain(error: unknown): unknown;
  close(): void;
}

export interface RemoteTable extends WholeTable {
  /** Reads from the due index once; throws what is wrong with table, index, credentials or network. */
  check(): Promise<void>;
}

export function createRemoteTable<Cursor>(wire: Wire<Cursor>, options: AttemptOptions = {}): RemoteTable {
  const attempts = createAttempts(wire.judge, options);
  const open = new Set<Promise<unknown>>();
  let closed: Promise<void> | null = null;

  const attempt: Attempts = async (request) => {
    try {
      return await attempts(request);
    } catch (error) {
      throw wire.explain(error);
    }
  };
  const writes = createConditionalWrites(wire, attempt);

  /** `close` waits for what was called before it. */
  async function run<T>(call: () => Promise<T>): Promise<T> {
    if (closed) throw new AppError("unavailable", { message: "The table is closed." });
    const running = call();
    open.add(running);
    try {
      return await running;
    } finally {
      open.delete(running);
    }
  }

  async function readAll<T>(
    limit: number,
    read: (limit: number, cursor: Cursor | null) => Promise<Page<T, Cursor>>,
  ): Promise<T[]> {
    const entries: T[] = [];
    let cursor: Cursor | null = null;
    do {
      const from: Cursor | null = cursor;
      const page: Page<T, Cursor> = (await attempt(() => read(limit - entries.length, from))).answer;
      entries.push(...page.entries);
      cursor = page.next;
    } while (cursor !== null && entries.length < limit);
    return entries;
  }

  const table: RemoteTable = {
    async get(key) {
      checkKey(key);
      const { answer: row } = await run(() => attempt(() => wire.read(key)));
      return row && toItem(key.partition, row);
    },

    async put({ partition, sort, data, due }, condition) {
      checkKey({ partition, sort });
      if (due) checkDue(due);
      const version = condition === "absent" ? 1 : condition.version + 1;
      const row = toRow({ partition, sort, data, due }, version);
      return (await run(() => writes.put(partition, row, condition))) ? version : null;
    },

    async delete({ partition, sort }, { version }) {
      checkKey({ partition, sort });
      return run(() => writes.remove({ partition, sort }, version));
    },

    async query(query) {
      checkKeyPart("partition", query.partition);
      checkLimit(query.limit);
      const start = pageStart(query);
      // One more than was asked for tells whether anything follows.
      const wanted = query.limit + 1;
      const read = (limit: number, cursor: Cursor | null) =>
        start ? wire.page(query, start, limit, cursor) : Promise.resolve({ entries: [], next: null });
      const rows = await run(() => readAll(wanted, read));
      const items = rows.slice(0, query.limit).map((row) => toItem(query.partition, row));
      return { items, isLast: rows.length < wanted };
    },

    async due(query) {
      checkShard(query.shard);
      checkLimit(query.limit);
      return run(() => readAll(query.limit, (limit, cursor) => wire.due(query, limit, cursor)));
    },

    async *items() {
      let cursor: Cursor | null = null;
      do {
        const from: Cursor | null = cursor;
        const page: Page<PlacedRow, Cursor> = await run(
          async () => (await attempt(() => wire.scan(SCAN_ROWS, from))).answer,
        );
        for (const row of page.entries) yield toItem(row.partition, row);
        cursor = page.next;
      } while (cursor !== null);
    },

    async restore(item) {
      checkKey(item);
      checkVersion(item.version);
      if (item.due) checkDue(item.due);
      const row = toRow(item, item.version);
      return run(() => writes.put(item.partition, row, "absent"));
    },

    close() {
      closed ??= Promise.allSettled(open).then(() => wire.close());
      return closed;
    },

    async check() {
      await run(() => attempt(() => wire.due({ kind: "job", shard: 0, before: 0, limit: 1 }, 1, null)));
    },
  };
  return table;
}

/** Of the largest items that is 25 MB; the databases themselves give less at once. */
const SCAN_ROWS = 100;

function toRow({ sort, data, due }: NewItem, version: number): Row {
  return { sort, data: encodeData(data), version, write: randomUUID(), due: due && { ...due } };
}

function toItem(partition: string, { sort, data, version, due }: Row): Item {
  return storedItem({ partition, sort }, data, version, due);
}
