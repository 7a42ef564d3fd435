// PlainBuffer, the format of rows inside Tablestore's messages: read with its checksums, and written.

/** Ends of a range, before and behind every value. */
export const infMin = Symbol("INF_MIN");
export const infMax = Symbol("INF_MAX");

export type Value = string | bigint | typeof infMin | typeof infMax;

export interface Cell {
  name: string;
  value: Value;
}

export interface PlainRow {
  key: Cell[];
  columns: Cell[];
  isDeletion: boolean;
}

const HEADER = 0x75;
const tags = { key: 1, columns: 2, cell: 3, name: 4, value: 5, timestamp: 7, cellSum: 0x0a, deletion: 8, rowSum: 9 };
const types = { integer: 0, string: 3, infMin: 9, infMax: 0x0a };

/** Reads one row. Throws on a wrong checksum, and on kinds of cells that nobody here sends (doubles, updates, timestamps). */
export function readRow(bytes: Buffer): PlainRow {
  let position = 4;
  let rowSum = 0;
  const tag = () => bytes[position] ?? 0;
  const expectTag = (expected: number) => {
    if (bytes[position++] !== expected) throw new Error(`expected tag ${expected} at byte ${position - 1}`);
  };
  const length = () => {
    position += 4;
    return bytes.readUInt32LE(position - 4);
  };
  const text = () => {
    const size = length();
    position += size;
    return bytes.toString("utf8", position - size, position);
  };

  function readValue(): { value: Value; from: number } {
    const size = length();
    const from = position;
    const type = bytes[position++];
    const value = readTyped(type);
    if (position !== from + size) throw new Error("a value is not as long as it says");
    return { value, from };
  }

  function readTyped(type: number | undefined): Value {
    if (type === types.string) return text();
    if (type === types.infMin) return infMin;
    if (type === types.infMax) return infMax;
    if (type !== types.integer) throw new Error(`values of type ${type} are not expected`);
    position += 8;
    return bytes.readBigInt64LE(position - 8);
  }

  function readCells(): Cell[] {
    const cells: Cell[] = [];
    while (tag() === tags.cell) {
      position += 1;
      expectTag(tags.name);
      const name = text();
      expectTag(tags.value);
      const { value, from } = readValue();
      const sum = checksum(bytes.subarray(from, position), checksum(Buffer.from(name)));
      expectTag(tags.cellSum);
      if (bytes[position++] !== sum) throw new Error(`the checksum of ${name} is wrong`);
      cells.push({ name, value });
      rowSum = checksum([sum], rowSum);
    }
    return cells;
  }

  if (bytes.readUInt32LE(0) !== HEADER) throw new Error("no PlainBuffer");
  expectTag(tags.key);
  const key = readCells();
  const hasColumns = tag() === tags.columns;
  if (hasColumns) position += 1;
  const columns = hasColumns ? readCells() : [];
  const isDeletion = tag() === tags.deletion;
  if (isDeletion) position += 1;
  expectTag(tags.rowSum);
  if (bytes[position++] !== checksum([isDeletion ? 1 : 0], rowSum)) throw new Error("the row's checksum is wrong");
  // The SDK leaves a zero byte behind for each end of a range.
  if (bytes.subarray(position).some((byte) => byte !== 0)) throw new Error("there is something behind the row");
  return { key, columns, isDeletion };
}

/** Several rows have one header. Columns carry the time of their writing, as the real ones do. */
export function writeRows(rows: readonly Omit<PlainRow, "isDeletion">[], timestamp: bigint): Buffer {
  if (rows.length === 0) return Buffer.alloc(0);
  return Buffer.concat([uint32(HEADER), ...rows.map((row) => writeRow(row, timestamp))]);
}

function writeRow({ key, columns }: Omit<PlainRow, "isDeletion">, timestamp: bigint): Buffer {
  const keyCells = key.map((cell) => writeCell(cell, null));
  const columnCells = columns.map((cell) => writeCell(cell, timestamp));
  const sum = checksum([0], checksum([...keyCells, ...columnCells].map(({ sum }) => sum)));
  const data = columnCells.length > 0 ? [Buffer.of(tags.columns), ...columnCells.map(({ bytes }) => bytes)] : [];
  return Buffer.concat([
    Buffer.of(tags.key),
    ...keyCells.map(({ bytes }) => bytes),
    ...data,
    Buffer.of(tags.rowSum, sum),
  ]);
}

function writeCell({ name, value }: Cell, timestamp: bigint | null): { bytes: Buffer; sum: number } {
  const variant = writeVariant(value);
  const time = timestamp === null ? Buffer.alloc(0) : int64(timestamp);
  const sum = checksum(time, checksum(variant, checksum(Buffer.from(name))));
  const bytes = Buffer.concat([
    Buffer.of(tags.cell, tags.name),
    uint32(Buffer.byteLength(name)),
    Buffer.from(name),
    Buffer.of(tags.value),
    uint32(variant.length),
    variant,
    timestamp === null ? time : Buffer.concat([Buffer.of(tags.timestamp), time]),
    Buffer.of(tags.cellSum, sum),
  ]);
  return { bytes, sum };
}

function writeVariant(value: Value): Buffer {
  if (typeof value === "bigint") return Buffer.concat([Buffer.of(types.integer), int64(value)]);
  if (typeof value !== "string") throw new Error("an end of a range is no value of a row");
  return Buffer.concat([Buffer.of(types.string), uint32(Buffer.byteLength(value)), Buffer.from(value)]);
}

/** A value alone, as conditions carry it. */
export function readVariant(bytes: Buffer): Value {
  if (bytes[0] === types.integer) return bytes.readBigInt64LE(1);
  if (bytes[0] === types.string) return bytes.toString("utf8", 5, 5 + bytes.readUInt32LE(1));
  throw new Error(`values of type ${bytes[0]} are not expected`);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

/** CRC-8 with the polynomial x^8 + x^2 + x + 1. */
function checksum(bytes: Iterable<number>, before = 0): number {
  let sum = before;
  for (const byte of bytes) sum = crcTable[sum ^ byte] ?? 0;
  return sum;
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80 ? ((sum << 1) ^ 0x07) & 0xff : sum << 1;
  return sum;
});
