// Files of the folder store, copied under their keys and removed again.
import { constants } from "node:fs";
import { copyFile, lstat, rm, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { tempInputPrefix, tempPrefix, tempUploadPrefix } from "../../shared/media/keys.ts";
import { codeOf, nullIfAbsent } from "../../shared/stores/folder-errors.ts";
import { keysInOrder } from "../../shared/stores/folder-listing.ts";
import { folderOf, place as inPlace, removeEmptyFolders, replace, sync } from "../../shared/stores/folder-names.ts";
import type { Place } from "./place.ts";

export interface Copied {
  copied: number;
  /** Of these. */
  bytes: number;
  /** Files that the backup had. */
  there: number;
}

/** Each waits for the disk, and most of them for the same write. */
const AT_ONCE = 16;
/** Names of a folder that are held at a time. */
const BATCH = 1024;
const TOLD_EVERY = 1000;

/** What is there is not read again. A file that goes meanwhile is passed over. */
export async function copyNew(source: string, place: Place): Promise<Copied> {
  const sum: Copied = { copied: 0, bytes: 0, there: 0 };
  for await (const keys of inGroups(source)) {
    for (const bytes of await Promise.all(keys.map((key) => copyUnlessThere(source, place, key)))) {
      if (bytes === "there") sum.there += 1;
      if (typeof bytes !== "number") continue;
      sum.copied += 1;
      sum.bytes += bytes;
      if (sum.copied % TOLD_EVERY === 0) console.error(`${sum.copied} files copied.`);
    }
  }
  return sum;
}

/** Keys that the backup has and the source has not. */
export async function goneFrom(source: string, { objects }: Place): Promise<string[]> {
  const gone: string[] = [];
  for await (const keys of inGroups(objects)) {
    const found = await Promise.all(keys.map((key) => statsOf(source, key)));
    gone.push(...keys.filter((_, at) => found[at] === null));
  }
  return gone;
}

/** Answers how many: one that is back stays. */
export async function removeGone(source: string, { objects }: Place, gone: readonly string[]): Promise<number> {
  let removed = 0;
  for (const key of gone) {
    if (await statsOf(source, key)) continue;
    await unlink(join(objects, key)).catch(nullIfAbsent);
    await sync(removeEmptyFolders(objects, folderOf(objects, key)));
    removed += 1;
  }
  return removed;
}

/**
 * Of what is temporary only what users have sent: nobody else has it. All else is made or fetched once more by the jobs that were under way, for
 * its ETags are not those of another disk.
 */
function isWanted(key: string): boolean {
  return [tempInputPrefix, tempUploadPrefix].some((prefix) => key.startsWith(prefix)) || !key.startsWith(tempPrefix);
}

async function* inGroups(root: string): AsyncGenerator<string[]> {
  let group: string[] = [];
  for await (const key of keysInOrder({ root, prefix: "", after: "", batch: BATCH })) {
    if (!isWanted(key) || group.push(key) < AT_ONCE) continue;
    yield group;
    group = [];
  }
  yield group;
}

/** How many bytes were copied; null when there is no such file any more. */
async function copyUnlessThere(source: string, place: Place, key: string): Promise<number | "there" | null> {
  const [stats, there] = await Promise.all([statsOf(source, key), statsOf(place.objects, key)]);
  if (!stats) return null;
  // No two files are stamped alike (folder-staging.ts); a time's last digits need not outlive being set.
  if (there?.size === stats.size && Math.abs(there.mtimeMs - stats.mtimeMs) < 1) return "there";
  const unfinished = place.unfinished();
  try {
    // On file systems that can, both share their blocks.
    await copyFile(join(source, key), unfinished, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await utimes(unfinished, stats.mtimeMs / 1000, stats.mtimeMs / 1000);
    await sync(unfinished);
    await inPlace(place.objects, key, (path) => replace(unfinished, path));
    return stats.size;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (codeOf(error) === "ENOENT" && !(await statsOf(source, key))) return null;
    throw error;
  }
}

async function statsOf(root: string, key: string) {
  const stats = await lstat(join(root, key)).catch(nullIfAbsent);
  return stats?.isFile() ? stats : null;
}
