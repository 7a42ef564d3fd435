// Files as a zip that is the same, byte for byte, whenever and wherever it is made of the same files.
import { crc32 } from "node:zlib";
import { deflateSync, Zip, type ZipInputFile } from "fflate";

/** The first moment that a zip can name; without a zone, as zips have none. */
const mtime = new Date(1980, 0, 1);
const UNIX = 3;
const DEFLATED = 8;
/** Readable by everybody: the clouds unpack as one user and run as another. */
const attrs = 0o100644 << 16;

export function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [filename, bytes] of sorted) {
    const { crc, deflated } = packed(bytes);
    const file: ZipInputFile = { filename, crc, size: bytes.length, compression: DEFLATED, mtime, os: UNIX, attrs };
    zip.add(file);
    file.ondata?.(null, deflated, true);
  }
  zip.end();
  return Buffer.concat(chunks);
}

interface Packed {
  crc: number;
  deflated: Uint8Array<ArrayBuffer>;
}

/** Sharp and a font are in several zips, and take seconds. */
const known = new WeakMap<Uint8Array, Packed>();

/** Not by Node's own zlib: what that makes depends on the processor. */
function packed(bytes: Uint8Array): Packed {
  const made = known.get(bytes) ?? { crc: crc32(bytes), deflated: deflateSync(bytes, { level: 6 }) };
  known.set(bytes, made);
  return made;
}
