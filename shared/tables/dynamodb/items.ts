// Items as DynamoDB gives and takes them.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Due, DueEntry, ItemKey } from "../../ports/table.ts";
import type { PlacedRow, Row } from "../remote-table.ts";
import { attributes } from "./schema.ts";

export type AttributeMap = Record<string, AttributeValue>;

/** How long the timers have for what expires before DynamoDB deletes it by itself, in milliseconds. */
const EXPIRY_GRACE_MS = 24 * 3_600_000;

export function keyOf({ partition, sort }: ItemKey): AttributeMap {
  return { [attributes.partition]: { S: partition }, [attributes.sort]: { S: sort } };
}

/** Kind and shard in one key; the shard is one digit, so no two of them read the same. */
export function dueKeyOf({ kind, shard }: Pick<Due, "kind" | "shard">): AttributeValue {
  return { S: `${kind}#${shard}` };
}

export function toAttributes(partition: string, row: Row, expiringKinds: readonly string[]): AttributeMap {
  const item: AttributeMap = {
    ...keyOf({ partition, sort: row.sort }),
    [attributes.data]: { S: row.data },
    [attributes.version]: { N: String(row.version) },
    [attributes.write]: { S: row.write },
  };
  if (!row.due) return item;
  item[attributes.dueKey] = dueKeyOf(row.due);
  item[attributes.dueAt] = { N: String(row.due.at) };
  if (expiringKinds.includes(row.due.kind)) item[attributes.expiresAt] = { N: expirySeconds(row.due.at) };
  return item;
}

export function toRow(item: AttributeMap): Row {
  const row: Row = {
    sort: text(item, attributes.sort),
    data: text(item, attributes.data),
    version: number(item, attributes.version),
    write: text(item, attributes.write),
  };
  const due = item[attributes.dueKey]?.S;
  if (due !== undefined) {
    row.due = { kind: due.slice(0, -2), shard: Number(due.slice(-1)), at: number(item, attributes.dueAt) };
  }
  return row;
}

export function toPlacedRow(item: AttributeMap): PlacedRow {
  return { partition: text(item, attributes.partition), ...toRow(item) };
}

export function toDueEntry(item: AttributeMap): DueEntry {
  return {
    partition: text(item, attributes.partition),
    sort: text(item, attributes.sort),
    at: number(item, attributes.dueAt),
  };
}

function expirySeconds(at: number): string {
  return String(Math.ceil((at + EXPIRY_GRACE_MS) / 1000));
}

function text(item: AttributeMap, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new Error(`An item of the table has no text ${name}: it is not one of ours.`);
  return value;
}

function number(item: AttributeMap, name: string): number {
  const value = item[name]?.N;
  if (value === undefined) throw new Error(`An item of the table has no number ${name}: it is not one of ours.`);
  return Number(value);
}
