// The table and its index in Tablestore: names of columns, keys, and what is created.
import TableStore, { type IndexMeta, type Operations } from "tablestore";

/** Column names may only have ASCII letters, digits and _. */
export const columns = {
  partition: "partition",
  sort: "sort",
  data: "data",
  version: "version",
  write: "write",
  dueKey: "due_key",
  dueAt: "due_at",
} as const;

/** The index is a table of its own. */
export function dueIndexOf(tableName: string): string {
  return `${tableName}_due`;
}

/** Kind and shard in one key column; the shard is one digit, so no two of them read the same. */
export function dueKey(kind: string, shard: number): string {
  return `${kind}#${shard}`;
}

export function readDueKey(key: string): { kind: string; shard: number } {
  return { kind: key.slice(0, -2), shard: Number(key.slice(-1)) };
}

/** Keys only. Tablestore adds the table's own keys behind these; a row that lacks one of them is not in the index. */
export function dueIndexMeta(tableName: string): IndexMeta {
  return {
    name: dueIndexOf(tableName),
    primaryKey: [columns.dueKey, columns.dueAt],
    definedColumn: [],
    indexType: TableStore.IndexType.IT_GLOBAL_INDEX,
    indexUpdateMode: TableStore.IndexUpdateMode.IUM_ASYNC_INDEX,
  };
}

/** An index demands one version of each column and no expiry. Capacity is paid as it is used (0 is reserved). */
export function tableParams(tableName: string): Operations["createTable"]["params"] {
  const { DCT_INTEGER, DCT_STRING } = TableStore.DefinedColumnType;
  return {
    tableMeta: {
      tableName,
      primaryKey: [columns.partition, columns.sort].map((name) => ({ name, type: "STRING" })),
      definedColumn: [
        { name: columns.dueKey, type: DCT_STRING },
        { name: columns.dueAt, type: DCT_INTEGER },
      ],
    },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1 },
    indexMetas: [dueIndexMeta(tableName)],
  };
}
