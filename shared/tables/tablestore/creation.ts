// What is created in Tablestore: the table and its index.
import TableStore, { type IndexMeta, type Operations } from "tablestore";
import { columns, dueIndexOf } from "./schema.ts";

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
