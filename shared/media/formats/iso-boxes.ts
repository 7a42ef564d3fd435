// Boxes, of which MP4 and QuickTime files are made: ISO/IEC 14496-12, 4.2. Read one after another, never kept.
import type { AppError } from "../../errors/app-error.ts";
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";

export interface Box {
  type: string;
  /** Offset in the file behind its last byte; Infinity for one that goes on to the end of the file. */
  end: number;
}

/** By type; each reads as much of its box as it needs. The others are skipped. */
export type BoxReaders = { [type: string]: (box: Box) => Parser<void> };

const HEADER_BYTES = 8;

/** A size of 1 means that 64 bits with the size follow; 0, that the box is the file's last and ends with it. */
export function* readBox(reader: ByteReader): Parser<Box> {
  const start = reader.position;
  const header = yield* reader.take(HEADER_BYTES);
  const type = header.toString("latin1", 4);
  let size = header.readUInt32BE();
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) throw damagedVideo("something stands where a box should begin");
  if (size === 1) size = Number((yield* reader.take(8)).readBigUInt64BE());
  if (size === 0) return { type, end: Number.POSITIVE_INFINITY };
  const box = { type, end: start + size };
  if (box.end < reader.position) throw damagedVideo("a box is smaller than its header");
  reader.promise(box.end);
  return box;
}

/** Reads the boxes within a box. QuickTime ends some lists with fewer bytes than a box has. */
export function* readChildren(reader: ByteReader, parent: Box, readers: BoxReaders): Parser<void> {
  while (parent.end - reader.position >= HEADER_BYTES) {
    const box = yield* readBox(reader);
    if (box.end > parent.end) throw damagedVideo("a box reaches beyond the one that holds it");
    const read = Object.hasOwn(readers, box.type) ? readers[box.type] : undefined;
    if (read) yield* read(box);
    yield* leave(reader, box);
  }
  yield* leave(reader, parent);
}

/** Goes to the end of a box. */
export function* leave(reader: ByteReader, box: Box): Parser<void> {
  if (reader.position > box.end) throw damagedVideo("a box is too short for what it holds");
  if (Number.isFinite(box.end)) yield* reader.skip(box.end - reader.position);
  else yield* reader.skipRest(box.end);
}

/** The first four bytes of a full box. */
export function* readVersion(reader: ByteReader): Parser<{ version: 0 | 1; flags: number }> {
  const field = (yield* reader.take(4)).readUInt32BE();
  const version = field >>> 24;
  if (version !== 0 && version !== 1) throw damagedVideo("a box has a version that does not exist");
  return { version, flags: field & 0xffffff };
}

/** A count of a full box's rows, checked against the box. */
export function* readCount(reader: ByteReader, box: Box, rowBytes: number): Parser<number> {
  const count = (yield* reader.take(4)).readUInt32BE();
  if (reader.position + count * rowBytes > box.end) throw damagedVideo("a table is longer than its box");
  return count;
}

/** A time of 32 bits in version 0 and 64 bits in version 1. All ones mean that it is not known: 0. */
export function* readTime(reader: ByteReader, version: 0 | 1): Parser<number> {
  if (version === 0) {
    const time = (yield* reader.take(4)).readUInt32BE();
    return time === 0xffff_ffff ? 0 : time;
  }
  const time = (yield* reader.take(8)).readBigUInt64BE();
  return time === 0xffff_ffff_ffff_ffffn ? 0 : Number(time);
}

export function damagedVideo(flaw: string): AppError {
  return damaged("MP4 or QuickTime", flaw);
}
