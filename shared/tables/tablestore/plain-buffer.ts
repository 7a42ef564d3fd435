// PlainBuffer, the form of rows inside Tablestore's messages: cells of names and values, each with a checksum.
// https://www.alibabacloud.com/help/en/tablestore/developer-reference/plainbuffer

/** Ends of a range, before and behind every value. */
export const INF_MIN = Symbol("INF_MIN");
export const INF_MAX = Symbol("INF_MAX");

export type KeyValue = string | bigint | typeof INF_MIN | typeof INF_MAX;

/** Integers are bigints: of 64 bits. */
export type Cell<Value extends KeyValue = KeyValue> = readonly [name: string, value: Value];

/** A row as it is read, keys and columns alike; cells of kinds that we never write are left out. */
export type ReadCells = Map<string, string | bigint>;

const HEADER = 0x75;
const tags = {
  key: 1,
  columns: 2,
  cell: 3,
  name: 4,
  value: 5,
  time: 7,
  deletion: 8,
  rowSum: 9,
  cellSum: 0x0a,
} as const;
const kinds = { integer: 0, text: 3, infMin: 9, infMax: 0x0a } as const;

interface RowToWrite {
  key: readonly Cell[];
  columns?: readonly Cell<string | bigint>[];
  /** The row is one that shall be deleted. */
  isDeletion?: boolean;
}

export function writeRow({ key, columns = [], isDeletion = false }: RowToWrite): Buffer {
  const [keyCells, columnCells] = [key.map(writeCell), columns.map(writeCell)];
  const sum = checksum([isDeletion ? 1 : 0], checksum([...keyCells, ...columnCells].map(({ sum }) => sum)));
  return Buffer.concat([
    uint32(HEADER),
    ...[Buffer.of(tags.key), ...keyCells.map(({ bytes }) => bytes)],
    ...(columnCells.length > 0 ? [Buffer.of(tags.columns), ...columnCells.map(({ bytes }) => bytes)] : []),
    ...(isDeletion ? [Buffer.of(tags.deletion)] : []),
    Buffer.of(tags.rowSum, sum),
  ]);
}

function writeCell([name, value]: Cell): { bytes: Buffer; sum: number } {
  const [nameBytes, variant] = [Buffer.from(name), writeVariant(value)];
  const sum = checksum(variant, checksum(nameBytes));
  const bytes = Buffer.concat([
    ...[Buffer.of(tags.cell, tags.name), uint32(nameBytes.length), nameBytes],
    ...[Buffer.of(tags.value), uint32(variant.length), variant],
    Buffer.of(tags.cellSum, sum),
  ]);
  return { bytes, sum };
}

/** A value alone, as conditions carry it too. */
export function writeVariant(value: KeyValue): Buffer {
  if (value === INF_MIN) return Buffer.of(kinds.infMin);
  if (value === INF_MAX) return Buffer.of(kinds.infMax);
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.of(kinds.text), uint32(bytes.length), bytes]);
  }
  const bytes = Buffer.alloc(9, kinds.integer);
  bytes.writeBigInt64LE(value, 1);
  return bytes;
}

/** Any number of rows behind one header; none at all is no bytes. Throws what is wrong with them, a checksum included. */
export function readRows(bytes: Buffer): ReadCells[] {
  const rows: ReadCells[] = [];
  if (bytes.length === 0) return rows;
  if (bytes.readUInt32LE(0) !== HEADER) throw new Error("this is no PlainBuffer");
  for (let at = 4; at < bytes.length; ) {
    const { cells, end } = readRow(bytes, at);
    rows.push(cells);
    at = end;
  }
  return rows;
}

function readRow(bytes: Buffer, from: number): { cells: ReadCells; end: number } {
  const cells: ReadCells = new Map();
  let [at, rowSum] = [from, 0];
  for (;;) {
    const tag = bytes[at];
    if (tag === tags.cell) {
      const { name, value, sum, end } = readCell(bytes, at);
      if (value !== null) cells.set(name, value);
      rowSum = checksum([sum], rowSum);
      at = end;
    } else if (tag === tags.key || tag === tags.columns) at += 1;
    else break;
  }
  const isDeletion = bytes[at] === tags.deletion;
  if (isDeletion) at += 1;
  demand(bytes[at] === tags.rowSum, "a row does not end where it should");
  demand(bytes[at + 1] === checksum([isDeletion ? 1 : 0], rowSum), "a row's checksum is wrong");
  return { cells, end: at + 2 };
}

/** `value`: null for one of another kind. */
function readCell(
  bytes: Buffer,
  from: number,
): { name: string; value: string | bigint | null; sum: number; end: number } {
  demand(bytes[from + 1] === tags.name, "a cell has no name");
  const name = readSized(bytes, from + 2);
  demand(bytes[name.end] === tags.value, "a cell has no value");
  const variant = readSized(bytes, name.end + 1);
  const hasTime = bytes[variant.end] === tags.time;
  const time = bytes.subarray(variant.end + 1, variant.end + (hasTime ? 9 : 1));
  const end = variant.end + (hasTime ? 9 : 0);
  const sum = checksum(time, checksum(variant.part, checksum(name.part)));
  demand(bytes[end] === tags.cellSum && bytes[end + 1] === sum, "a cell's checksum is wrong");
  return { name: name.part.toString(), value: readVariant(variant.part), sum, end: end + 2 };
}

function readVariant(variant: Buffer): string | bigint | null {
  if (variant[0] === kinds.text) return readSized(variant, 1).part.toString();
  return variant[0] === kinds.integer ? variant.readBigInt64LE(1) : null;
}

/** Four bytes of length, and so many more. */
function readSized(bytes: Buffer, at: number): { part: Buffer; end: number } {
  const end = at + 4 + bytes.readUInt32LE(at);
  demand(end <= bytes.length, "it ends within a value");
  return { part: bytes.subarray(at + 4, end), end };
}

function demand(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(`A row cannot be read: ${otherwise}.`);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** CRC-8 with the polynomial x^8 + x^2 + x + 1, going on from `before`. */
function checksum(bytes: Iterable<number>, before = 0): number {
  let sum = before;
  for (const byte of bytes) sum = crcTable[sum ^ byte] ?? 0;
  return sum;
}

const crcTable = Uint8Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80 ? (sum << 1) ^ 0x07 : sum << 1;
  return sum;
});
