// Boxes of ISO/IEC 14496-12, 4.2, as writers need them: their headers in a stream, and all of those in a buffer.
import { damagedVideo } from "../../media/formats/iso-boxes.ts";
import type { ByteSource } from "../byte-source.ts";

/** XMP specification, part 3, 1.2.7.1. */
export const XMP_ID = "be7acfcb97a942e89c71999491e3afac";
/** C2PA 2.2, A.5.1. */
export const C2PA_ID = "d8fec3d61b0e483c92975828877ec481";

const ID_BYTES = 16;
/** In one list: each costs some hundred bytes of memory, however short it is. */
const MAX_BOXES = 2000;
const MAX_SIZE = 2 ** 32 - 1;

export interface BoxHeader {
  type: string;
  /** Of a `uuid` box: 32 hexadecimal digits. */
  id: string | null;
  headerBytes: number;
  /** With its header. Infinity: up to the end of the file. */
  size: number;
}

/** Of the box that comes next, without taking it. Null where none can begin. */
export async function peekBox(source: ByteSource): Promise<BoxHeader | null> {
  const head = await source.peek(16 + ID_BYTES);
  if (head.length < 8) return null;
  const type = head.toString("latin1", 4, 8);
  const stated = head.readUInt32BE();
  const headerBytes = stated === 1 ? 16 : 8;
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type) || head.length < headerBytes) return null;
  const size = stated === 1 ? Number(head.readBigUInt64BE(8)) : stated || Number.POSITIVE_INFINITY;
  const id = type === "uuid" ? head.toString("hex", headerBytes, headerBytes + ID_BYTES) : null;
  return size < headerBytes + (id === null ? 0 : ID_BYTES) ? null : { type, id, headerBytes, size };
}

export interface FlatBox {
  type: string;
  /** Of a box in a list of items, the type is a number. */
  index: number;
  contents: Buffer;
  /** With its header. */
  bytes: Buffer;
}

/** QuickTime ends some lists with fewer bytes than a box has, or with a box of no size: `tail`. */
export function boxesIn(list: Buffer): { boxes: FlatBox[]; tail: Buffer } {
  const boxes: FlatBox[] = [];
  let at = 0;
  while (list.length - at >= 8 && list.readUInt32BE(at) !== 0) {
    const isLarge = list.readUInt32BE(at) === 1;
    const headerBytes = isLarge ? 16 : 8;
    const size = isLarge && list.length - at >= 16 ? Number(list.readBigUInt64BE(at + 8)) : list.readUInt32BE(at);
    if (size < headerBytes || at + size > list.length)
      throw damagedVideo("a box does not fit into the one that holds it");
    if (boxes.length === MAX_BOXES) throw damagedVideo("a list of boxes is longer than any");
    const bytes = list.subarray(at, at + size);
    const [type, index] = [bytes.toString("latin1", 4, 8), bytes.readUInt32BE(4)];
    boxes.push({ type, index, contents: bytes.subarray(headerBytes), bytes });
    at += size;
  }
  return { boxes, tail: list.subarray(at) };
}

export function contentsOf(boxes: readonly FlatBox[], type: string): Buffer | null {
  return boxes.find((each) => each.type === type)?.contents ?? null;
}

/** `type`: four characters, or the number of an item. */
export function boxHeader(type: string | number, contentBytes: number): Buffer {
  if (contentBytes > MAX_SIZE - 8) throw damagedVideo("a part of it is too large");
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + contentBytes);
  if (typeof type === "number") header.writeUInt32BE(type, 4);
  else header.write(type, 4, "latin1");
  return header;
}

export function box(type: string | number, ...contents: Buffer[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  return Buffer.concat([boxHeader(type, length), ...contents]);
}

export function xmpBox(packet: string): Buffer {
  return box("uuid", Buffer.from(XMP_ID, "hex"), Buffer.from(packet));
}
