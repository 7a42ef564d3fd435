// Files as a zip that is the same, byte for byte, whenever and wherever it is made of the same files.
import { zipSync } from "fflate";

/** The first moment that a zip can name; without a zone, as zips have none. */
const MTIME = new Date(1980, 0, 1);

export function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Readable by everybody: the clouds unpack as one user and run as another.
  const attrs = 0o100644 << 16;
  return zipSync(Object.fromEntries(sorted), { level: 6, mtime: MTIME, os: 3, attrs });
}
