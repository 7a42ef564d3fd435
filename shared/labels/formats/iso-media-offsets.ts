// Where MP4 and QuickTime files say by offsets in the file where something stands: ISO/IEC 14496-12, 8.7.5, 8.7.9, 8.8.7 and 8.8.10.
import { damagedVideo } from "../../media/formats/iso-boxes.ts";
import { box, boxesIn, boxHeader, type FlatBox } from "./iso-media-boxes.ts";

const MAX_SHORT = 0xffff_ffff;

/** What stands at `from` or behind it in the original stands `by` bytes further on. */
export interface Shift {
  from: number;
  by: number;
}

export const noShift: Shift = { from: 0, by: 0 };

/** Boxes that are written once it is known how far they themselves move everything. */
export type Part = Buffer | Offsets | Container;

export interface Container {
  type: string;
  parts: Part[];
}

/** A table of offsets; `head` is what stands in front of the first one. */
export interface Offsets {
  type: "stco" | "co64" | "saio";
  head: Buffer;
  count: number;
  /** Bytes of each. */
  width: 4 | 8;
  rows: Buffer;
}

export function offsetsOf({ type, contents }: FlatBox): Offsets | null {
  if (type !== "stco" && type !== "co64" && type !== "saio") return null;
  const hasKind = type === "saio" && ((contents[3] ?? 0) & 1) === 1;
  const headBytes = hasKind ? 16 : 8;
  if (contents.length < headBytes) throw damagedVideo("a table of offsets is cut short");
  const width = type === "co64" || (type === "saio" && contents[0] === 1) ? 8 : 4;
  const count = contents.readUInt32BE(headBytes - 4);
  const rows = contents.subarray(headBytes, headBytes + count * width);
  if (rows.length < count * width) throw damagedVideo("a table is longer than its box");
  return { type, head: contents.subarray(0, headBytes), count, width, rows };
}

export function lengthOf(part: Part, shift: Shift): number {
  if (Buffer.isBuffer(part)) return part.length;
  if ("parts" in part) return part.parts.reduce((sum, each) => sum + lengthOf(each, shift), 8);
  return 8 + part.head.length + part.count * widthOf(part, shift);
}

/** In pieces: a large movie header is not held twice. */
export function* bytesOf(part: Part, shift: Shift): Generator<Buffer> {
  if (Buffer.isBuffer(part)) yield part;
  else if ("parts" in part) {
    yield boxHeader(part.type, lengthOf(part, shift) - 8);
    for (const each of part.parts) yield* bytesOf(each, shift);
  } else yield shiftedTable(part, shift);
}

function shiftedTable(table: Offsets, shift: Shift): Buffer {
  const { type, head, count, width, rows } = table;
  const wider = widthOf(table, shift);
  const moved = Buffer.alloc(count * wider);
  for (let at = 0; at < count; at++) {
    const offset = shifted(readOffset(rows, at, width), shift);
    if (wider === 8) moved.writeBigUInt64BE(BigInt(offset), at * 8);
    else moved.writeUInt32BE(offset, at * 4);
  }
  if (wider === width) return box(type, head, moved);
  if (type !== "saio") return box("co64", head, moved);
  const versioned = Buffer.from(head);
  versioned.writeUInt8(1);
  return box(type, versioned, moved);
}

/** Four bytes reach as far as 4 GiB. */
function widthOf({ count, width, rows }: Offsets, shift: Shift): 4 | 8 {
  if (width === 8) return 8;
  for (let at = 0; at < count; at++) if (shifted(readOffset(rows, at, 4), shift) > MAX_SHORT) return 8;
  return 4;
}

function readOffset(rows: Buffer, at: number, width: 4 | 8): number {
  return width === 8 ? Number(rows.readBigUInt64BE(at * 8)) : rows.readUInt32BE(at * 4);
}

function shifted(offset: number, { from, by }: Shift): number {
  return offset >= from ? offset + by : offset;
}

const HAS_BASE_OFFSET = 0x1;

/** Contents of a `moof`: its tracks may say where their samples lie from the file's beginning on. Edited in place. */
export function shiftFragment(contents: Buffer, shift: Shift): void {
  for (const track of boxesIn(contents).boxes.filter(({ type }) => type === "traf")) {
    for (const { type, contents: header } of boxesIn(track.contents).boxes) {
      if (type !== "tfhd" || header.length < 16 || !(header.readUInt8(3) & HAS_BASE_OFFSET)) continue;
      const base = Number(header.readBigUInt64BE(8));
      header.writeBigUInt64BE(BigInt(shifted(base, shift)), 8);
    }
  }
}

/** Contents of an `mfra`, in which each track's fragments are listed with where they begin. */
export function shiftedIndex(contents: Buffer, shift: Shift): Buffer {
  const { boxes, tail } = boxesIn(contents);
  const tables = boxes.map((each) => (each.type === "tfra" ? shiftedFragmentTable(each.contents, shift) : each.bytes));
  const index = box("mfra", ...tables, tail);
  const last = boxes.at(-1);
  // It ends with its own size, so that it can be found from behind.
  if (last?.type === "mfro" && tail.length === 0 && last.contents.length === 8)
    index.writeUInt32BE(index.length, index.length - 4);
  return index;
}

/** Rows of a time, an offset, and three numbers of one to four bytes each. */
function shiftedFragmentTable(table: Buffer, shift: Shift): Buffer {
  if (table.length < 16) throw damagedVideo("a table of fragments is cut short");
  const width = table[0] === 1 ? 8 : 4;
  const sizes = table.readUInt8(11);
  const restBytes = 3 + (sizes & 3) + ((sizes >> 2) & 3) + ((sizes >> 4) & 3);
  const rowBytes = 2 * width + restBytes;
  const count = table.readUInt32BE(12);
  if (16 + count * rowBytes > table.length) throw damagedVideo("a table is longer than its box");
  const rows = Array.from({ length: count }, (_, at) => table.subarray(16 + at * rowBytes, 16 + (at + 1) * rowBytes));
  const offsets = rows.map((row) => shifted(readOffset(row.subarray(width), 0, width), shift));
  const isWide = width === 8 || offsets.some((offset) => offset > MAX_SHORT);
  const head = Buffer.from(table.subarray(0, 16));
  head.writeUInt8(isWide ? 1 : 0);
  const moved = rows.map((row, at) => {
    const numbers = Buffer.alloc(isWide ? 16 : 8);
    const [time, offset] = [readOffset(row, 0, width), offsets[at] ?? 0];
    if (isWide) {
      numbers.writeBigUInt64BE(BigInt(time));
      numbers.writeBigUInt64BE(BigInt(offset), 8);
    } else {
      numbers.writeUInt32BE(time);
      numbers.writeUInt32BE(offset, 4);
    }
    return Buffer.concat([numbers, row.subarray(2 * width)]);
  });
  return box("tfra", head, ...moved);
}
