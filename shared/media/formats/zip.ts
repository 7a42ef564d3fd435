// Zip archives, PKWARE APPNOTE 6.3: what we put together ourselves. Seen while it passes: what it begins with, and that its directory is whole.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import type { Facts, Format } from "./format.ts";

const LOCAL_HEADER = 0x04034b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
/** APPNOTE 4.4.1.4: what does not fit stands in the records for zip64. */
const IN_ZIP64 = 0xffffffff;

export const zip: Format = {
  name: "a ZIP archive",
  kind: "archive",
  extension: "zip",
  matches: (head) => head.length >= 4 && head.readUInt32LE(0) === LOCAL_HEADER,
  parse,
};

/** Everything is passed over but the last record, which says where the directory lies. */
function* parse(reader: ByteReader): Parser<Facts> {
  let tail = Buffer.alloc(0);
  while (!(yield* reader.atEnd())) {
    const chunk = yield* reader.some();
    tail = Buffer.from(chunk.length >= END_BYTES ? chunk.subarray(-END_BYTES) : lastOf(tail, chunk));
  }
  requireEnd(tail, reader.position);
  return { width: null, height: null, durationMs: null };
}

function lastOf(tail: Buffer, chunk: Buffer): Buffer {
  return Buffer.concat([tail, chunk]).subarray(-END_BYTES);
}

/** No comment follows: the record is the last of the file, and the directory ends where it begins. */
function requireEnd(tail: Buffer, size: number): void {
  if (tail.length < END_BYTES || tail.readUInt32LE(0) !== END_OF_DIRECTORY) throw refusal("The archive is cut short.");
  const [length, offset] = [tail.readUInt32LE(12), tail.readUInt32LE(16)];
  const isLarge = length === IN_ZIP64 || offset === IN_ZIP64;
  if (!isLarge && offset + length > size - END_BYTES) throw refusal("The archive's directory is cut short.");
}
