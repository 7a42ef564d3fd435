// The table in Alibaba Cloud's Tablestore: one wide-column table and a global secondary index of what is due.
import TableStore, { type KeyColumn, type KeyValue, type Operations } from "tablestore";
import { AppError } from "../../errors/app-error.ts";
import type { Query } from "../../ports/table.ts";
import type { WholeTable } from "../../ports/whole-table.ts";
import { createRemoteTable, type Page, type Wire } from "../remote-table.ts";
import { beforePrefix, behindPrefix, type PageStart } from "../sort-range.ts";
import { explainTablestoreError, judgeTablestoreError, TablestoreError } from "./errors.ts";
import { attributesOf, conditionOf, primaryKey, toDueEntry, toPlacedRow, toRow } from "./rows.ts";
import { columns, dueIndexOf, dueKey } from "./schema.ts";
import { createSender, type TablestoreOptions } from "./sender.ts";

/** The package is CommonJS: its names are not known before it runs. */
const { Direction, INF_MAX, INF_MIN } = TableStore;

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

function createWire(options: TablestoreOptions): Wire<KeyColumn[]> {
  const { tableName } = options;
  const { send, close } = createSender(options);

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

  async function readRange<T>(
    range: Omit<Operations["getRange"]["params"], "maxVersions">,
    toEntry: (row: Operations["getRange"]["answer"]["rows"][number]) => T | null,
  ): Promise<Page<T, KeyColumn[]>> {
    const { rows, nextStartPrimaryKey } = await send("getRange", { ...range, maxVersions: 1 });
    const next = nextStartPrimaryKey?.map(({ name, value }) => ({ [name]: value })) ?? null;
    return { entries: rows.flatMap((row) => toEntry(row) ?? []), next };
  }

  return {
    // GetRow. Reads of the table itself always see the latest write.
    async read(key) {
      return toRow((await send("getRow", { tableName, primaryKey: primaryKey(key), maxVersions: 1 })).row);
    },

    // PutRow replaces the row with all its columns.
    async write(partition, row, condition) {
      const key = primaryKey({ partition, sort: row.sort });
      const params = {
        tableName,
        condition: conditionOf(condition),
        primaryKey: key,
        attributeColumns: attributesOf(row),
      };
      return { isTaken: await isTaken(send("putRow", params)) };
    },

    // DeleteRow.
    remove(key, condition) {
      return isTaken(send("deleteRow", { tableName, condition: conditionOf(condition), primaryKey: primaryKey(key) }));
    },

    // GetRange: at most 5000 rows or 4 MB at once; goes on until it names no next key, even where a page is empty.
    async page(query, start, limit, cursor) {
      const { from, to, direction } = rangeOf(query, start);
      const range = {
        tableName,
        direction,
        inclusiveStartPrimaryKey: cursor ?? [{ [columns.partition]: query.partition }, { [columns.sort]: from }],
        exclusiveEndPrimaryKey: [{ [columns.partition]: query.partition }, { [columns.sort]: to }],
        // The range begins with the cursor's own row, or with a key right behind the prefix: neither is wanted.
        limit: limit + 1,
      };
      const { entries, next } = await readRange(range, toRow);
      const wanted = entries.filter(({ sort }) => sort !== start.after && sort.startsWith(query.prefix));
      const isFull = wanted.length > limit;
      return { entries: isFull ? wanted.slice(0, limit) : wanted, next };
    },

    // GetRange over the index, which follows the table within about a second.
    due({ kind, shard, before }, limit, cursor) {
      const key = { [columns.dueKey]: dueKey(kind, shard) };
      const end = before < Number.MAX_SAFE_INTEGER ? TableStore.Long.fromNumber(Math.floor(before) + 1) : INF_MAX;
      const range = {
        tableName: dueIndexOf(tableName),
        direction: Direction.FORWARD,
        inclusiveStartPrimaryKey: cursor ?? [key, ...behindDueKey(INF_MIN)],
        exclusiveEndPrimaryKey: [key, ...behindDueKey(end)],
        limit,
      };
      return readRange(range, toDueEntry);
    },

    // GetRange over the whole table.
    scan(limit, cursor) {
      const range = {
        tableName,
        direction: Direction.FORWARD,
        inclusiveStartPrimaryKey: cursor ?? [{ [columns.partition]: INF_MIN }, { [columns.sort]: INF_MIN }],
        exclusiveEndPrimaryKey: [{ [columns.partition]: INF_MAX }, { [columns.sort]: INF_MAX }],
        limit,
      };
      return readRange(range, toPlacedRow);
    },

    judge: judgeTablestoreError,
    explain: explainTablestoreError,
    close,
  };
}

/** Both ends of a range as Tablestore takes them: the first one is in it, the last one is not. */
function rangeOf({ prefix, order }: Query, { after }: PageStart): { from: KeyValue; to: KeyValue; direction: string } {
  const behind = behindPrefix(prefix) ?? INF_MAX;
  if (order === "ascending") {
    const from = after ?? (prefix === "" ? INF_MIN : prefix);
    return { from, to: behind, direction: Direction.FORWARD };
  }
  return { from: after ?? behind, to: beforePrefix(prefix) ?? INF_MIN, direction: Direction.BACKWARD };
}

function behindDueKey(at: KeyValue): KeyColumn[] {
  return [{ [columns.dueAt]: at }, { [columns.partition]: INF_MIN }, { [columns.sort]: INF_MIN }];
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
