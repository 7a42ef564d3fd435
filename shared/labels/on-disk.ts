// Files on the disk, by their paths, for as long as something is made of them that reads and writes at a path.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileOf } from "../media/write-file.ts";
import { ByteSource } from "./byte-source.ts";

const PIECE_BYTES = 65_536;

export interface DiskSpool {
  /** Where the files are, by their names. */
  folder: string;
  /** Writes a file of this name; answers how to read it. */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>>;
  /** Of a file of this name, whether it is there or not. */
  path(name: string): string;
  /** What lies at a path of its own. */
  read(path: string): () => AsyncIterable<Uint8Array>;
}

/** A body of no more than `maxBytes`, which lies on the disk; or a larger one, of which only the beginning does: `rest` holds what follows. */
export interface Beginning {
  read(): AsyncIterable<Uint8Array>;
  rest: AsyncIterable<Uint8Array> | null;
}

/** What `use` yields is passed on; then nothing is left on the disk. */
export async function* withDisk(use: (spool: DiskSpool) => AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-labels-"));
  try {
    const path = (name: string) => join(folder, name);
    yield* use({ folder, write: (name, body) => write(path(name), body), path, read });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeBeginning(
  spool: DiskSpool,
  name: string,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Beginning> {
  const source = new ByteSource(body);
  try {
    const read = await spool.write(name, upTo(source, maxBytes));
    return { read, rest: (await source.atEnd()) ? null : restOf(source) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function* upTo(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = maxBytes; left > 0 && !(await source.atEnd()); ) {
    const piece = await source.peek(Math.min(left, PIECE_BYTES));
    yield await source.take(piece.length);
    left -= piece.length;
  }
}

async function* restOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  try {
    yield* source.rest();
  } finally {
    await source.close();
  }
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>> {
  await writeFileOf(path, body);
  return read(path);
}

function read(path: string): () => AsyncIterable<Uint8Array> {
  return () => createReadStream(path);
}
