// The embedded object store: a folder in which each object is a file under its key.
//
// A file is made in a staging folder and appears by link(2) or rename(2): it is never seen in part, and never changed
// afterwards, for replacing an object makes another file. Several processes may share the folder.
//
// On the way of a put, calls that only touch metadata in memory are made synchronously: each costs a tenth of a trip
// through the thread pool. What waits for the disk goes through the pool.
import { randomBytes } from "node:crypto";
import { type BigIntStats, constants, linkSync, lstatSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AppError } from "../errors/app-error.ts";
import { downloadName } from "../media/download-name.ts";
import { tempPrefix } from "../media/keys.ts";
import type { Clock } from "../ports/clock.ts";
import type {
  ByteRange,
  CopyOutcome,
  NotDeleted,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  StoredObject,
} from "../ports/object-store.ts";
import { attempt, codeOf, nullIfAbsent } from "./folder-errors.ts";
import { keysInOrder } from "./folder-listing.ts";
import { folderOf, isHint, linkIfAbsent, place, removeEmptyFolders, replace, sync } from "./folder-names.ts";
import { proveFolder } from "./folder-proof.ts";
import { createEmpty, discard, openStaging, release, stagingPath, writeStaged } from "./folder-staging.ts";
import { checkKey, checkPrefix } from "./object-key.ts";
import { probe } from "./probe.ts";
import { signForm } from "./signed-form.ts";

/** Entries that a listing holds of each folder on its way. Names take less memory than reading a wide folder again takes time. */
const MIN_BATCH = 1024;

/** Files that are looked at, or removed, together, so that no thread of the pool waits for the next. */
const MAX_AT_ONCE = 64;

export interface FolderStoreOptions {
  /** Made when absent. It may itself be reached through a link; inside it none is followed. */
  directory: string;
  /** What a key is appended to, such as `http://127.0.0.1:3000/media/`. */
  baseUrl: string;
  /** Signs uploads, which are sent to `baseUrl` itself; whoever takes them there has to know it. Default: a random one, that nobody knows. */
  uploadSecret?: string;
  /** Called after each put and copy that made or replaced an object. What it throws goes nowhere. */
  onCreated?: (info: ObjectInfo) => void;
  /** Says which leftovers are old enough to be removed. */
  clock?: Pick<Clock, "now">;
}

/** Throws `unavailable`, naming the folder, when objects cannot be written there. */
export async function openFolderStore(options: FolderStoreOptions): Promise<ObjectStore> {
  const { directory, baseUrl, uploadSecret = randomBytes(32).toString("hex"), onCreated, clock = Date } = options;
  const root = await openRoot(directory, clock.now());
  const base = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  // Nobody hears of what is written for it.
  const probeFolder = () =>
    probe({
      put: (key, body) => putFile(root, key, body, { ifAbsent: true }),
      read: (key) => readWhole(root, key),
      delete: (key) => deleteFile(root, key),
    });

  return {
    async put(key, body, putOptions = {}) {
      checkKey(key);
      const info = await putFile(root, key, body, putOptions);
      if (info) announce(onCreated, info);
      return info;
    },

    async get(key, { range, signal } = {}) {
      checkKey(key);
      signal?.throwIfAborted();
      const file = await attempt(() => openFile(root, key));
      return file && storedObject(file, key, range, signal);
    },

    async head(key) {
      checkKey(key);
      const stats = await attempt(() => statFile(root, key));
      return stats && infoOf(key, stats);
    },

    async copy(from, to, { ifMatch }) {
      checkKey(from);
      checkKey(to);
      const outcome = await attempt(() => copyFile(root, from, to, ifMatch));
      if (outcome.state === "copied") announce(onCreated, outcome.info);
      return outcome;
    },

    async delete(key) {
      checkKey(key);
      await attempt(() => deleteFile(root, key));
    },

    async deleteMany(keys) {
      for (const key of keys) checkKey(key);
      return deleteFiles(root, keys);
    },

    async list({ prefix, limit, after = "" }) {
      checkPrefix(prefix);
      checkPrefix(after);
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A page cannot have ${limit} objects.`);
      return attempt(() => listFiles(root, prefix, limit, after));
    },

    async url(key) {
      checkKey(key);
      return base + key;
    },

    /** The media server knows what is meant. */
    async downloadUrl(key, name) {
      checkKey(key);
      return `${base}${key}?download=${encodeURIComponent(downloadName(name, key))}`;
    },

    async signUpload(request) {
      checkKey(request.key);
      return signForm(uploadSecret, base, request);
    },

    probe: probeFolder,

    async prove() {
      await probeFolder();
      await proveFolder(root, {
        putIfAbsent: (key, body) => putFile(root, key, body, { ifAbsent: true }),
        copy: (from, to, ifMatch) => attempt(() => copyFile(root, from, to, ifMatch)),
        delete: (key) => deleteFile(root, key),
      });
    },
  };
}

async function openRoot(directory: string, now: number): Promise<string> {
  try {
    await makeDurably(resolve(directory));
    const root = await realpath(directory);
    await openStaging(root, now);
    return root;
  } catch (cause) {
    const message = `Objects cannot be kept in the folder ${directory}: ${(cause as Error).message}`;
    throw new AppError("unavailable", { message, cause });
  }
}

async function makeDurably(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await sync(dirname(made));
}

async function putFile(
  root: string,
  key: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { ifAbsent = false, signal }: PutOptions,
): Promise<ObjectInfo | null> {
  if (isHint(key) && body instanceof Uint8Array && body.byteLength === 0) {
    const made = await attempt(() => place(root, key, createEmpty));
    if (made) return infoOf(key, made);
  }
  if (!(body instanceof Uint8Array) && (signal?.aborted || (ifAbsent && (await isTaken(root, key))))) {
    release(body);
    signal?.throwIfAborted();
    return null;
  }
  const staged = stagingPath(root);
  const stats = await writeStaged(staged, body, { isDurable: !isHint(key), signal });
  let isMade = false;
  try {
    const appear = ifAbsent ? linkIfAbsent : replace;
    isMade = !(await attempt(() => place(root, key, (path) => appear(staged, path))));
    return isMade ? infoOf(key, stats) : null;
  } finally {
    if (ifAbsent || !isMade) discard(staged);
  }
}

/** Looked up before a long body is read for nothing; whether the key is free is decided when the file appears. */
async function isTaken(root: string, key: string): Promise<boolean> {
  const isThere = (await attempt(() => statFile(root, key))) !== null;
  if (isThere && !isHint(key)) await attempt(() => sync(folderOf(root, key)));
  return isThere;
}

async function copyFile(root: string, from: string, to: string, ifMatch: string): Promise<CopyOutcome> {
  const pinned = stagingPath(root);
  try {
    const stats = await pin(root, from, pinned);
    if (!stats) return { state: "source_missing" };
    if (etagOf(stats) !== ifMatch) return { state: "source_changed" };
    if (isHint(from) && !isHint(to)) await sync(pinned);
    const there = await place(root, to, (path) => linkIfAbsent(pinned, path));
    return there ? { state: "exists", info: infoOf(to, there) } : { state: "copied", info: infoOf(to, stats) };
  } finally {
    discard(pinned);
  }
}

/** Gives the source's file a second name: what is compared is then what is copied, whatever becomes of the first name. */
async function pin(root: string, key: string, pinned: string): Promise<BigIntStats | null> {
  if (!(await statFile(root, key))) return null;
  try {
    linkSync(join(root, key), pinned);
  } catch (error) {
    return nullIfAbsent(error);
  }
  const stats = lstatSync(pinned, { bigint: true });
  return stats.isFile() ? stats : null;
}

async function deleteFile(root: string, key: string): Promise<void> {
  if (!(await isReached(root, key))) return;
  try {
    await unlink(join(root, key));
  } catch (error) {
    if (codeOf(error) !== "EISDIR") nullIfAbsent(error);
    return;
  }
  const left = removeEmptyFolders(root, folderOf(root, key));
  // A temp object that is back after a power cut is purged once more.
  if (!key.startsWith(tempPrefix)) await sync(left);
}

async function deleteFiles(root: string, keys: readonly string[]): Promise<NotDeleted[]> {
  const notDeleted: NotDeleted[] = [];
  for (let start = 0; start < keys.length; start += MAX_AT_ONCE) {
    const group = keys.slice(start, start + MAX_AT_ONCE);
    const results = await Promise.allSettled(group.map((key) => attempt(() => deleteFile(root, key))));
    for (const [i, result] of results.entries()) {
      if (result.status === "rejected") notDeleted.push({ key: group[i] ?? "", error: result.reason });
    }
  }
  return notDeleted;
}

async function listFiles(root: string, prefix: string, limit: number, after: string) {
  const objects: ObjectInfo[] = [];
  if (!(await isReached(root, prefix))) return { objects, isLast: true };
  const keys = keysInOrder({ root, prefix, after, batch: Math.max(limit + 1, MIN_BATCH) });
  for await (const some of inGroups(keys, Math.min(limit + 1, MAX_AT_ONCE))) {
    const found = await Promise.all(some.map((key) => infoOfListed(root, key)));
    objects.push(...found.filter((info) => info !== null));
    if (objects.length > limit) return { objects: objects.slice(0, limit), isLast: false };
  }
  return { objects, isLast: true };
}

async function* inGroups(keys: AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let group: string[] = [];
  for await (const key of keys) {
    if (group.push(key) < size) continue;
    yield group;
    group = [];
  }
  yield group;
}

async function infoOfListed(root: string, key: string): Promise<ObjectInfo | null> {
  const stats = await lstat(join(root, key), { bigint: true }).catch(nullIfAbsent);
  return stats?.isFile() ? infoOf(key, stats) : null;
}

async function statFile(root: string, key: string): Promise<BigIntStats | null> {
  if (!(await isReached(root, key))) return null;
  const stats = await lstat(join(root, key), { bigint: true }).catch(nullIfAbsent);
  return stats?.isFile() ? stats : null;
}

async function openFile(root: string, key: string): Promise<{ file: FileHandle; stats: BigIntStats } | null> {
  if (!(await isReached(root, key))) return null;
  // The last name is not followed if it is a link, and not waited for if it is a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(root, key), flags).catch(nullIfAbsent);
  const stats = await file?.stat({ bigint: true });
  if (file && stats?.isFile()) return { file, stats };
  await file?.close();
  return null;
}

/** Whether the folder of the key, or of the prefix, is there and no link leads to it. */
async function isReached(root: string, keyOrPrefix: string): Promise<boolean> {
  const folder = folderOf(root, keyOrPrefix);
  return (await realpath(folder).catch(nullIfAbsent)) === folder;
}

async function storedObject(
  { file, stats }: { file: FileHandle; stats: BigIntStats },
  key: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  try {
    // Nobody could listen yet to a stream that is made with a signal that has aborted: its error would end the process.
    signal?.throwIfAborted();
    const info = infoOf(key, stats);
    const cut = cutRange(range, info.size);
    // An empty object has no last byte; the stream then ends at its first look.
    const body = file.createReadStream({ start: cut.start, end: Math.max(cut.end, 0), ...(signal && { signal }) });
    return { info, range: cut, body };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function cutRange(range: ByteRange | undefined, size: number): ByteRange {
  if (!range) return { start: 0, end: size - 1 };
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || start < 0 || !(end >= start)) throw new RangeError(`No range: ${start}-${end}.`);
  if (start >= size) throw new RangeError(`The range begins at ${start}, behind the end of ${size} bytes.`);
  return { start, end: Math.min(end, size - 1) };
}

async function readWhole(root: string, key: string): Promise<Uint8Array[]> {
  const found = await openFile(root, key);
  return found ? [await found.file.readFile().finally(() => found.file.close())] : [];
}

function infoOf(key: string, stats: BigIntStats): ObjectInfo {
  return { key, size: Number(stats.size), etag: etagOf(stats), modifiedAt: Number(stats.mtimeMs) };
}

/** Of the file, not of its name: a copy is a second name for the same file, and has its ETag and its time. */
function etagOf({ ino, size, mtimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs].map((part) => part.toString(36)).join("-");
}

function announce(onCreated: FolderStoreOptions["onCreated"], info: ObjectInfo): void {
  void new Promise((done) => done(onCreated?.(info))).catch(() => {});
}
