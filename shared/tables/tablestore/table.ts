// The table in Alibaba Cloud's Tablestore: one wide-column table and a global secondary index of what is due.
import { AppError } from "../../errors/app-error.ts";
import type { Query } from "../../ports/table.ts";
import type { WholeTable } from "../../ports/whole-table.ts";
import { createRemoteTable, type Page, type Wire } from "../remote-table.ts";
import { beforePrefix, behindPrefix, type PageStart } from "../sort-range.ts";
import { createTablestoreClient, type TablestoreOptions } from "./client.ts";
import { explainTablestoreError, judgeTablestoreError, TablestoreError } from "./errors.ts";
import { deleteRow, getRange, getRow, type Key, putRow, type Range, rangeOf, rowOf } from "./messages.ts";
import { INF_MAX, INF_MIN, type KeyValue, type ReadCells } from "./plain-buffer.ts";
import { attributesOf, primaryKey, toDueEntry, toPlacedRow, toRow } from "./rows.ts";
import { columns, dueIndexOf, dueKey } from "./schema.ts";

/**
 * Throws AppError `unavailable` when the table or its index is not there, saying what makes them; when the credentials are refused; and
 * when nobody answers. There is no way to do without the index: markers of our own could not be written together with their items.
 */
export async function createTablestoreTable(options: TablestoreOptions): Promise<WholeTable> {
  const table = createRemoteTable(createWire(options), options.attempts);
  try {
    await table.check();
  } catch (error) {
    await table.close();
    throw refusal(options, error);
  }
  return table;
}

function createWire(options: TablestoreOptions): Wire<Key> {
  const { tableName } = options;
  const { send, close } = createTablestoreClient(options);

  /** Resolves to false when the condition does not hold: 403 OTSConditionCheckFail. */
  async function isTaken(request: Promise<unknown>): Promise<boolean> {
    try {
      await request;
      return true;
    } catch (error) {
      if (error instanceof TablestoreError && error.code === "OTSConditionCheckFail") return false;
      throw error;
    }
  }

  async function readRange<T>(table: string, range: Range, toEntry: (cells: ReadCells) => T): Promise<Page<T, Key>> {
    const { rows, next } = await send("GetRange", getRange(table, range), rangeOf);
    return { entries: rows.map(toEntry), next };
  }

  return {
    // GetRow. Reads of the table itself always see the latest write.
    async read(key) {
      const cells = await send("GetRow", getRow(tableName, primaryKey(key)), rowOf);
      return cells ? toRow(cells) : null;
    },

    // PutRow replaces the row with all its columns.
    async write(partition, row, condition) {
      const written = { key: primaryKey({ partition, sort: row.sort }), columns: attributesOf(row) };
      return { isTaken: await isTaken(send("PutRow", putRow(tableName, written, condition), nothing)) };
    },

    // DeleteRow.
    remove(key, condition) {
      return isTaken(send("DeleteRow", deleteRow(tableName, primaryKey(key), condition), nothing));
    },

    // GetRange: at most 5000 rows or 4 MB at once; goes on until it names no next key, even where a page is empty.
    async page(query, start, limit, cursor) {
      const { from, to, isBackward } = endsOf(query, start);
      const { partition } = query;
      const { entries, next } = await readRange(
        tableName,
        {
          isBackward,
          from: cursor ?? keyOf(partition, from),
          to: keyOf(partition, to),
          // The range begins with the cursor's own row, or with a key right behind the prefix: neither is wanted.
          limit: limit + 1,
        },
        toRow,
      );
      const wanted = entries.filter(({ sort }) => sort !== start.after && sort.startsWith(query.prefix));
      const isFull = wanted.length > limit;
      return { entries: isFull ? wanted.slice(0, limit) : wanted, next };
    },

    // GetRange over the index, which follows the table within about a second.
    due({ kind, shard, before }, limit, cursor) {
      const key = dueKey(kind, shard);
      const end = before < Number.MAX_SAFE_INTEGER ? BigInt(Math.floor(before) + 1) : INF_MAX;
      const range = {
        isBackward: false,
        from: cursor ?? behindDueKey(key, INF_MIN),
        to: behindDueKey(key, end),
        limit,
      };
      return readRange(dueIndexOf(tableName), range, toDueEntry);
    },

    // GetRange over the whole table.
    scan(limit, cursor) {
      const range = { isBackward: false, from: cursor ?? keyOf(INF_MIN, INF_MIN), to: keyOf(INF_MAX, INF_MAX), limit };
      return readRange(tableName, range, toPlacedRow);
    },

    judge: judgeTablestoreError,
    explain: explainTablestoreError,
    close,
  };
}

function nothing(): void {}

/** Both ends of a range as Tablestore takes them: the first one is in it, the last one is not. */
function endsOf({ prefix, order }: Query, { after }: PageStart): { from: KeyValue; to: KeyValue; isBackward: boolean } {
  const behind = behindPrefix(prefix) ?? INF_MAX;
  if (order === "ascending") {
    const from = after ?? (prefix === "" ? INF_MIN : prefix);
    return { from, to: behind, isBackward: false };
  }
  return { from: after ?? behind, to: beforePrefix(prefix) ?? INF_MIN, isBackward: true };
}

function keyOf(partition: KeyValue, sort: KeyValue): Key {
  return [
    [columns.partition, partition],
    [columns.sort, sort],
  ];
}

function behindDueKey(key: string, at: KeyValue): Key {
  return [[columns.dueKey, key], [columns.dueAt, at], ...keyOf(INF_MIN, INF_MIN)];
}

function refusal({ endpoint, instance, tableName }: TablestoreOptions, error: unknown): unknown {
  const cause = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof TablestoreError)) return error;
  const where = `instance ${instance} at ${endpoint}`;
  const advice =
    cause.code === "OTSObjectNotExist"
      ? `The table ${tableName} or its index ${dueIndexOf(tableName)} does not exist in ${where}. npm run create-table makes them.`
      : `The table ${tableName} in ${where} cannot be read.`;
  return new AppError("unavailable", { message: `${advice} ${cause.message}`, cause });
}
