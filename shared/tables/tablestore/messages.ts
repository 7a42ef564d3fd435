// The four operations on rows: what is asked, as bytes, and what the answers hold. Numbers of fields as in the protocol's own definition:
// https://github.com/aliyun/aliyun-tablestore-nodejs-sdk, lib/protocol
import type { RowCondition } from "../remote-table.ts";
import { type Cell, type ReadCells, readRows, writeRow, writeVariant } from "./plain-buffer.ts";
import { readMessage, writeMessage } from "./protobuf.ts";
import { columns } from "./schema.ts";

export type Key = readonly Cell[];

export interface Range {
  isBackward: boolean;
  /** The first one is in it, the last one is not. */
  from: Key;
  to: Key;
  limit: number;
}

const LATEST_VERSION = 1;

export function getRow(table: string, key: Key): Buffer {
  return writeMessage([
    [1, table],
    [2, writeRow({ key })],
    [5, LATEST_VERSION],
  ]);
}

/** Undefined when there is none. */
export function rowOf(answer: Buffer): ReadCells | undefined {
  return readRows(partOf(answer, 2))[0];
}

export function putRow(
  table: string,
  row: { key: Key; columns: readonly Cell<string | bigint>[] },
  condition: RowCondition,
): Buffer {
  return writeMessage([
    [1, table],
    [2, writeRow(row)],
    [3, conditionOf(condition)],
  ]);
}

export function deleteRow(table: string, key: Key, condition: RowCondition): Buffer {
  return writeMessage([
    [1, table],
    [2, writeRow({ key, isDeletion: true })],
    [3, conditionOf(condition)],
  ]);
}

export function getRange(table: string, { isBackward, from, to, limit }: Range): Buffer {
  return writeMessage([
    [1, table],
    [2, isBackward],
    [5, LATEST_VERSION],
    [6, limit],
    [7, writeRow({ key: from })],
    [8, writeRow({ key: to })],
  ]);
}

/** `next`: where the range goes on; null at its end. */
export function rangeOf(answer: Buffer): { rows: ReadCells[]; next: Key | null } {
  const [next] = readRows(partOf(answer, 3));
  return { rows: readRows(partOf(answer, 2)), next: next ? [...next] : null };
}

const EXPECT_EXIST = 1;
const EXPECT_NOT_EXIST = 2;

function conditionOf(condition: RowCondition): Buffer {
  if (condition === "absent") return writeMessage([[1, EXPECT_NOT_EXIST]]);
  const isVersion = equals(columns.version, BigInt(condition.version));
  const filter = condition.write === undefined ? isVersion : all([isVersion, equals(columns.write, condition.write)]);
  return writeMessage([
    [1, EXPECT_EXIST],
    [2, filter],
  ]);
}

const SINGLE_COLUMN = 1;
const COMPOSITE = 2;
const EQUAL = 1;
const AND = 2;

/** A row that has no such column does not pass. */
function equals(column: string, value: string | bigint): Buffer {
  const [isFilteredIfMissing, isLatestOnly] = [true, true];
  const single = writeMessage([
    [1, EQUAL],
    [2, column],
    [3, writeVariant(value)],
    [4, isFilteredIfMissing],
    [5, isLatestOnly],
  ]);
  return writeMessage([
    [1, SINGLE_COLUMN],
    [2, single],
  ]);
}

function all(filters: readonly Buffer[]): Buffer {
  const composite = writeMessage([
    [1, AND],
    [2, filters],
  ]);
  return writeMessage([
    [1, COMPOSITE],
    [2, composite],
  ]);
}

function partOf(answer: Buffer, field: number): Buffer {
  return readMessage(answer).get(field) ?? Buffer.alloc(0);
}
