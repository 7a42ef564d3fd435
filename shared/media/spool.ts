// Files for as long as something is made of them: on the disk, for what is read twice must not fill the memory; small ones in memory, where
// they take a tenth of the time, as long as all of those together are few.
import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of one file. */
export const MAX_HELD_BYTES = 1024 * 1024;
/** Of all files of the process. */
const MAX_HELD_TOGETHER = 32 * 1024 * 1024;

let heldTogether = 0;

export interface Spool {
  /** Begins a file of this name. */
  open(name: string): Sink;
  /** Writes a file of this name; answers how to read it. */
  write(name: string, body: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>>;
}

export interface Sink {
  /** The chunk must not be changed afterwards. */
  add(chunk: Uint8Array): Promise<void>;
  /** Nothing is added any more. */
  end(): Promise<Spooled>;
}

/** Where the file is. */
export type Spooled = { chunks: readonly Uint8Array[] } | { path: string };

/** What `use` yields is passed on; then nothing is left in memory or on the disk. */
export async function* withSpool(use: (spool: Spool) => AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const scope = new Scope();
  try {
    yield* use({
      open: (name) => new SpoolFile(scope, name),
      async write(name, body) {
        const file = new SpoolFile(scope, name);
        for await (const chunk of body) await file.add(chunk);
        const spooled = await file.end();
        return () => reading(spooled);
      },
    });
  } finally {
    await scope.end();
  }
}

/** What the files of one use have in common. */
class Scope {
  readonly files: SpoolFile[] = [];
  #folder: Promise<string> | null = null;
  #heldBytes = 0;

  /** False: there is no room for it in memory. */
  hold(bytes: number): boolean {
    if (heldTogether + bytes > MAX_HELD_TOGETHER) return false;
    heldTogether += bytes;
    this.#heldBytes += bytes;
    return true;
  }

  folder(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), "dream-factory-spool-"));
    return this.#folder;
  }

  async end(): Promise<void> {
    heldTogether -= this.#heldBytes;
    await Promise.all(this.files.map((file) => file.close()));
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}

class SpoolFile implements Sink {
  readonly #scope: Scope;
  readonly #name: string;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #file: FileHandle | null = null;
  #path = "";

  constructor(scope: Scope, name: string) {
    this.#scope = scope;
    this.#name = name;
    scope.files.push(this);
  }

  async add(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.byteLength;
    if (!this.#file && this.#bytes <= MAX_HELD_BYTES && this.#scope.hold(chunk.byteLength)) {
      this.#chunks.push(chunk);
      return;
    }
    const file = this.#file ?? (await this.#toDisk());
    await file.writeFile(chunk);
  }

  async end(): Promise<Spooled> {
    if (!this.#file) return { chunks: this.#chunks };
    await this.close();
    return { path: this.#path };
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #toDisk(): Promise<FileHandle> {
    this.#path = join(await this.#scope.folder(), this.#name);
    const file = await open(this.#path, "wx");
    this.#file = file;
    for (const chunk of this.#chunks.splice(0)) await file.writeFile(chunk);
    return file;
  }
}

async function* reading(spooled: Spooled): AsyncGenerator<Uint8Array> {
  yield* "path" in spooled ? createReadStream(spooled.path) : spooled.chunks;
}
