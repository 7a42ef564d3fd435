// Rows as Tablestore gives and takes them.
import TableStore, {
  type Condition,
  type Int64,
  type KeyColumn,
  type ReadRow,
  type SingleColumnCondition,
} from "tablestore";
import type { DueEntry, ItemKey } from "../../ports/table.ts";
import type { PlacedRow, Row, RowCondition } from "../remote-table.ts";
import { columns, dueKey, readDueKey } from "./schema.ts";

export function primaryKey({ partition, sort }: ItemKey): KeyColumn[] {
  return [{ [columns.partition]: partition }, { [columns.sort]: sort }];
}

/** A plain number would be stored as a double: integers are made with Long. */
export function attributesOf({ data, version, write, due }: Row): Record<string, string | Int64>[] {
  const always = [
    { [columns.data]: data },
    { [columns.version]: TableStore.Long.fromNumber(version) },
    { [columns.write]: write },
  ];
  if (!due) return always;
  return [
    ...always,
    { [columns.dueKey]: dueKey(due.kind, due.shard) },
    { [columns.dueAt]: TableStore.Long.fromNumber(due.at) },
  ];
}

/** Null for the empty row that stands for none. */
export function toRow(read: ReadRow): Row | null {
  if (!read.primaryKey) return null;
  const values = valuesOf(read);
  const row: Row = {
    sort: String(values.get(columns.sort)),
    data: String(values.get(columns.data)),
    version: Number(values.get(columns.version)),
    write: String(values.get(columns.write)),
  };
  const due = values.get(columns.dueKey);
  if (due !== undefined) row.due = { ...readDueKey(due), at: Number(values.get(columns.dueAt)) };
  return row;
}

export function toPlacedRow(read: ReadRow): PlacedRow | null {
  const row = toRow(read);
  return row && { partition: String(valuesOf(read).get(columns.partition)), ...row };
}

export function toDueEntry(read: ReadRow): DueEntry {
  const values = valuesOf(read);
  return {
    partition: String(values.get(columns.partition)),
    sort: String(values.get(columns.sort)),
    at: Number(values.get(columns.dueAt)),
  };
}

/** As text: the exact form of an integer. */
function valuesOf({ primaryKey = [], attributes = [] }: ReadRow): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of primaryKey) values.set(name, String(value));
  for (const { columnName, columnValue } of attributes) values.set(columnName, String(columnValue));
  return values;
}

export function conditionOf(condition: RowCondition): Condition {
  const { EXPECT_EXIST, EXPECT_NOT_EXIST } = TableStore.RowExistenceExpectation;
  if (condition === "absent") return new TableStore.Condition(EXPECT_NOT_EXIST, null);
  const isVersion = equals(columns.version, TableStore.Long.fromNumber(condition.version));
  if (condition.write === undefined) return new TableStore.Condition(EXPECT_EXIST, isVersion);
  const both = new TableStore.CompositeCondition(TableStore.LogicalOperator.AND);
  both.addSubCondition(isVersion);
  both.addSubCondition(equals(columns.write, condition.write));
  return new TableStore.Condition(EXPECT_EXIST, both);
}

/** By default the SDK lets a row pass that has no such column. */
function equals(column: string, value: string | Int64): SingleColumnCondition {
  const [passIfMissing, latestVersionOnly] = [false, true];
  return new TableStore.SingleColumnCondition(
    column,
    value,
    TableStore.ComparatorType.EQUAL,
    passIfMissing,
    latestVersionOnly,
  );
}
