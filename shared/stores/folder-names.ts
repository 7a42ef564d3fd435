// How files get their names under keys and lose them: the folders in between, links, and what outlives a power cut.
import {
  type BigIntStats,
  closeSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../errors/app-error.ts";
import { ticketPrefix } from "../media/keys.ts";
import { codeOf } from "./folder-errors.ts";

/** A delete may take away the folder that a put has just made; so often in a row, it is something else. */
const MAX_TRIES = 100;

const syncOut = promisify(fsync);

/** The folder of a key, or the one in which all keys with this prefix lie. */
export function folderOf(root: string, keyOrPrefix: string): string {
  return resolve(root, keyOrPrefix.slice(0, Math.max(keyOrPrefix.lastIndexOf("/"), 0)));
}

/**
 * A ticket says what the table says too, and its job is found by the timer when the ticket is lost. So tickets, which are
 * written while a user waits, need not outlive a power cut.
 */
export function isHint(key: string): boolean {
  return key.startsWith(ticketPrefix);
}

/** Has `appear` give a file the name that belongs to the key; when this resolves, the name outlives a power cut. */
export async function place<T>(root: string, key: string, appear: (path: string) => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      await ensureFolder(root, folderOf(root, key));
      const result = appear(join(root, key));
      if (!isHint(key)) await sync(folderOf(root, key));
      return result;
    } catch (error) {
      // The folder's last object was deleted just now, and the folder with it.
      if (codeOf(error) !== "ENOENT" || tries === MAX_TRIES) throw error;
    }
  }
}

/** Gives the file this name as well, unless another file has it: that one then, else null. */
export function linkIfAbsent(file: string, path: string): BigIntStats | null {
  for (;;) {
    try {
      linkSync(file, path);
      return null;
    } catch (error) {
      const there = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (codeOf(error) !== "EEXIST" || (there && !there.isFile())) throw error;
      if (there) return there;
    }
  }
}

/** Gives the file this name in place of its own; one that had it loses it. Null, for the file always gets it. */
export function replace(file: string, path: string): null {
  renameSync(file, path);
  return null;
}

/** Removes the folder if it is empty, and those above it. The top folders stay: they are wanted again at once. */
export function removeEmptyFolders(root: string, folder: string): string {
  let left = folder;
  while (left !== root && dirname(left) !== root && isRemoved(left)) left = dirname(left);
  return left;
}

/** Makes what was written to a file, or the names in a folder, outlive a power cut. Nothing to do when it is gone. */
export async function sync(path: string): Promise<void> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  try {
    await syncOut(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Who finds a folder that another put has just made does not wait until that one has synced it: on file systems with a
 * journal, syncing the folder commits its own making too.
 */
async function ensureFolder(root: string, folder: string): Promise<void> {
  if (isRealFolder(folder) || folder === root) return;
  const above = dirname(folder);
  await ensureFolder(root, above);
  makeFolder(folder);
  if (!isHint(`${folder.slice(root.length + 1)}/`)) await sync(above);
}

/** False when it is absent. Throws when a link is on the way: it could lead out of the store. */
function isRealFolder(folder: string): boolean {
  try {
    const real = realpathSync.native(folder);
    if (real === folder) return true;
    const cause = new Error(`${folder} leads to ${real}. Links are not followed; mount it there instead.`);
    throw new AppError("unavailable", { cause });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return false;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** A folder that stays for whatever reason does no harm. */
function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return codeOf(error) === "ENOENT";
  }
}
