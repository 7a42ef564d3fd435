// Files in the making. A body is written here under a name of its own, and leaves as a whole file or not at all.
import { randomUUID } from "node:crypto";
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  fsync,
  futimesSync,
  openSync,
  rmSync,
  writeFile,
  writeFileSync,
} from "node:fs";
import { link, lstat, mkdir, opendir, writeFile as writeNew } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { attempt, codeOf } from "./folder-errors.ts";

/** No key can contain a tilde, so this folder can lie among the objects, on the same file system. */
export const stagingName = "~staging";

/** Another process may share the folder and be writing; what nobody has touched for so long was left by a killed one. */
const MAX_IDLE_MS = 3_600_000;

/** Up to here a write into the page cache costs less than the trip through the thread pool. */
const SMALL_BYTES = 64 * 1024;

const writeOut = promisify(writeFile);
const syncOut = promisify(fsync);

export interface StagingOptions {
  /** The content outlives a power cut from the moment it can be seen. */
  isDurable: boolean;
  signal: AbortSignal | undefined;
}

/** Makes the staging folder, sees that files can be made there, and removes what killed processes left. */
export async function openStaging(root: string, now: number): Promise<void> {
  const staging = join(root, stagingName);
  await mkdir(staging).catch(unless("EEXIST"));
  if (!(await lstat(staging)).isDirectory()) throw new Error(`${staging} is not a folder.`);
  await tryOut(root);
  for await (const entry of await opendir(staging)) {
    if (entry.isFile()) await removeIfIdle(join(staging, entry.name), now).catch(unless("ENOENT"));
  }
}

/** A path in the staging folder that no file has. */
export function stagingPath(root: string): string {
  return join(root, stagingName, randomUUID());
}

/**
 * Writes a body to a new file. When that fails, by the body, the disk or the signal, the file is gone again. Errors of
 * the body and the signal's reason are thrown as they are.
 */
export async function writeStaged(
  path: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { isDurable, signal }: StagingOptions,
) {
  const file = await attempt(() => openSync(path, "wx"));
  try {
    if (body instanceof Uint8Array) await write(file, body);
    else for await (const chunk of untilAborted(body, signal)) await write(file, chunk);
    stampUniquely(file);
    if (isDurable) await attempt(() => syncOut(file));
    signal?.throwIfAborted();
    return fstatSync(file, { bigint: true });
  } catch (error) {
    discard(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Makes an empty file under its own name at once: it is whole from its first moment. Null when there is a file. Staging one would
 * cost several times as much, for in a folder through which all files pass ext4 searches long for a free inode.
 */
export function createEmpty(path: string): BigIntStats | null {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if (codeOf(error) === "EEXIST") return null;
    throw error;
  }
  try {
    stampUniquely(file);
    return fstatSync(file, { bigint: true });
  } finally {
    closeSync(file);
  }
}

/** Removes a staged file, if it is still there. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is out of sight, and goes when the store is opened again.
  }
}

/** Ends a body that nobody has begun to read, so that what is behind it (a socket, a file) is let go. Does not wait for it. */
export function release(body: AsyncIterable<Uint8Array>): void {
  if (destroyStream(body)) return;
  const iterator = body[Symbol.asyncIterator]();
  // A generator gives back what it holds only once it was begun.
  void iterator
    .next()
    .then(() => iterator.return?.(), ignore)
    .catch(ignore);
}

/** A read-only folder, or a file system without hard links, shall be found out now and not by the first object. */
async function tryOut(root: string): Promise<void> {
  const [first, second] = [stagingPath(root), stagingPath(root)];
  try {
    await writeNew(first, "", { flag: "wx" });
    await link(first, second);
  } finally {
    discard(first);
    discard(second);
  }
}

/** By the inode's last change: a copy in the making is a second name for a file whose content may be old. */
async function removeIfIdle(path: string, now: number): Promise<void> {
  const { ctimeMs } = await lstat(path);
  if (now - ctimeMs > MAX_IDLE_MS) discard(path);
}

async function write(file: number, chunk: Uint8Array): Promise<void> {
  const isSmall = chunk.byteLength <= SMALL_BYTES;
  await attempt(() => (isSmall ? writeFileSync(file, chunk) : writeOut(file, chunk)));
}

async function* untilAborted(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
  const iterator = body[Symbol.asyncIterator]();
  let isAtEnd = false;
  try {
    for (;;) {
      const step = await orAborted(iterator.next(), signal);
      isAtEnd = step.done === true;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    // Not awaited: a body that hangs would hang this too.
    if (!isAtEnd && !destroyStream(body)) void iterator.return?.().catch(ignore);
  }
}

/** One listener for each step: a promise raced through the whole upload would hold on to every chunk. */
function orAborted<T>(step: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return step;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void step.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * The kernel's clock may tick only every few milliseconds, and a file system may use an inode's number again at once:
 * one file after the other could look the same. Nothing has the same number in the same microsecond.
 */
function stampUniquely(file: number): void {
  const microseconds = Date.now() * 1000 + Number((process.hrtime.bigint() / 1000n) % 1000n);
  // Half of one more: the way through a double then never ends in the millisecond before.
  const seconds = (microseconds + 0.5) / 1e6;
  futimesSync(file, seconds, seconds);
}

/** False when the body is no stream, and can only be ended as an iterable. */
function destroyStream(body: object): boolean {
  if (!("destroy" in body) || typeof body.destroy !== "function") return false;
  body.destroy();
  return true;
}

function ignore(): void {}

function unless(code: string) {
  return (error: unknown) => {
    if (codeOf(error) !== code) throw error;
  };
}
