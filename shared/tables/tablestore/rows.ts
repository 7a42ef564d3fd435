// Rows as Tablestore gives and takes them.
import type { DueEntry, ItemKey } from "../../ports/table.ts";
import type { PlacedRow, Row } from "../remote-table.ts";
import type { Key } from "./messages.ts";
import type { Cell, ReadCells } from "./plain-buffer.ts";
import { columns, dueKey, readDueKey } from "./schema.ts";

export function primaryKey({ partition, sort }: ItemKey): Key {
  return [
    [columns.partition, partition],
    [columns.sort, sort],
  ];
}

export function attributesOf({ data, version, write, due }: Row): Cell<string | bigint>[] {
  const always: Cell<string | bigint>[] = [
    [columns.data, data],
    [columns.version, BigInt(version)],
    [columns.write, write],
  ];
  if (!due) return always;
  return [...always, [columns.dueKey, dueKey(due.kind, due.shard)], [columns.dueAt, BigInt(due.at)]];
}

export function toRow(cells: ReadCells): Row {
  const row: Row = {
    sort: String(cells.get(columns.sort)),
    data: String(cells.get(columns.data)),
    version: Number(cells.get(columns.version)),
    write: String(cells.get(columns.write)),
  };
  const due = cells.get(columns.dueKey);
  if (due !== undefined) row.due = { ...readDueKey(String(due)), at: Number(cells.get(columns.dueAt)) };
  return row;
}

export function toPlacedRow(cells: ReadCells): PlacedRow {
  return { partition: String(cells.get(columns.partition)), ...toRow(cells) };
}

export function toDueEntry(cells: ReadCells): DueEntry {
  return {
    partition: String(cells.get(columns.partition)),
    sort: String(cells.get(columns.sort)),
    at: Number(cells.get(columns.dueAt)),
  };
}
