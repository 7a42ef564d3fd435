// Files on the disk for as long as something is made of them: what is read twice must not fill the memory.
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Spool {
  /** Where the files are, by their names. */
  folder: string;
  /** Writes a file of this name; answers how to read it. */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>>;
  /** Writes no more than this, to the next piece; answers what has not been read of the body, null where nothing is left. */
  writeUpTo(
    name: string,
    body: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<{ rest: AsyncIterable<Uint8Array> | null }>;
}

/** What `use` yields is passed on; then nothing is left on the disk. */
export async function* withSpool(use: (spool: Spool) => AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-labels-"));
  try {
    yield* use({
      folder,
      write: (name, body) => write(join(folder, name), body),
      writeUpTo: (name, body, maxBytes) => writeUpTo(join(folder, name), body, maxBytes),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function readFileAt(path: string): () => AsyncIterable<Uint8Array> {
  return () => createReadStream(path);
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>> {
  await writeUpTo(path, body, Number.POSITIVE_INFINITY);
  return readFileAt(path);
}

async function writeUpTo(path: string, body: AsyncIterable<Uint8Array>, maxBytes: number) {
  const chunks = body[Symbol.asyncIterator]();
  let isOpen = true;
  const file = await open(path, "wx");
  try {
    for (let bytes = 0; bytes <= maxBytes; ) {
      const next = await chunks.next();
      if (next.done) {
        isOpen = false;
        return { rest: null };
      }
      bytes += next.value.byteLength;
      await file.writeFile(next.value);
    }
    isOpen = false;
    return { rest: restOf(chunks) };
  } finally {
    await file.close();
    // Who stops in the middle lets go of what it has read from.
    if (isOpen) await chunks.return?.();
  }
}

async function* restOf(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}
