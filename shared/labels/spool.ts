// Files on the disk for as long as something is made of them: what is read twice must not fill the memory.
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Spool {
  /** Writes a file of this name; answers how to read it. */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>>;
}

/** What `use` yields is passed on; then nothing is left on the disk. */
export async function* withSpool(use: (spool: Spool) => AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-labels-"));
  try {
    yield* use({ write: (name, body) => write(join(folder, name), body) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>> {
  const file = await open(path, "wx");
  try {
    for await (const chunk of body) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
  return () => createReadStream(path);
}
