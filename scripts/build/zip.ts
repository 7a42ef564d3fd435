// Files as a zip that is the same, byte for byte, whenever and wherever it is made of the same files. APPNOTE.TXT, 4.3.7 to 4.3.16.
import { crc32 } from "node:zlib";
import { deflateSync } from "fflate";

/** The first moment that a zip can name: 1980-01-01, 00:00. */
const [TIME, DATE] = [0, (1 << 5) | 1];
const VERSION = 20;
const UNIX = 3 << 8;
const UTF8 = 1 << 11;
const DEFLATED = 8;
/** Readable by everybody: the clouds unpack as one user and run as another. */
const MODE = 0o100644;

export function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const [parts, directory]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const [path, bytes] of sorted) {
    const name = Buffer.from(path);
    const { crc, deflated } = packed(bytes);
    const said = Buffer.alloc(26);
    said.writeUInt16LE(VERSION, 0);
    said.writeUInt16LE(name.length === path.length ? 0 : UTF8, 2);
    said.writeUInt16LE(DEFLATED, 4);
    said.writeUInt16LE(TIME, 6);
    said.writeUInt16LE(DATE, 8);
    said.writeUInt32LE(crc, 10);
    said.writeUInt32LE(deflated.length, 14);
    said.writeUInt32LE(bytes.length, 18);
    said.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(MODE * 2 ** 16, 6);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02"), uint16(VERSION | UNIX), said, place, name);
    const part = [Buffer.from("PK\x03\x04"), said, name, deflated];
    parts.push(...part);
    at += lengthOf(part);
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(lengthOf(directory), 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

interface Packed {
  crc: number;
  deflated: Uint8Array;
}

/** Sharp and a font are in several zips, and take seconds. */
const known = new WeakMap<Uint8Array, Packed>();

/** Not by Node's own zlib: what that makes depends on the processor. */
function packed(bytes: Uint8Array): Packed {
  const made = known.get(bytes) ?? { crc: crc32(bytes), deflated: deflateSync(bytes, { level: 6 }) };
  known.set(bytes, made);
  return made;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
