// The keys in a folder in the order of their bytes, holding a few thousand names at a time, however many there are.
import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./folder-errors.ts";
import { isSegment } from "./object-key.ts";

export interface Listing {
  /** The store's folder. */
  root: string;
  /** That of a folder that was seen to be there without links on the way. */
  prefix: string;
  /** Only keys behind this; empty for all. */
  after: string;
  /** How many entries of a folder are held at a time; a wider folder is read once for each so many. */
  batch: number;
}

/** Keys of files. Links, and names that no key can have, are passed over; what comes or goes meanwhile may be seen or not. */
export function keysInOrder(listing: Listing): AsyncGenerator<string> {
  return keysOfFolder(listing, listing.prefix.slice(0, listing.prefix.lastIndexOf("/") + 1));
}

/**
 * A folder stands among its neighbours as its name with the slash, for so its keys begin: `a-b` and `a.b` come before
 * `a/b`, and `a0` behind it, which is not the order of the names alone.
 *
 * @param folder relative to the root; empty, or ends with a slash
 */
async function* keysOfFolder(listing: Listing, folder: string): AsyncGenerator<string> {
  let last = "";
  for (;;) {
    const entries = await firstEntries(listing, folder, last);
    for (const entry of entries) {
      if (entry.endsWith("/")) yield* keysOfFolder(listing, folder + entry);
      else yield folder + entry;
    }
    if (entries.length < listing.batch) return;
    last = entries.at(-1) ?? last;
  }
}

/** The first entries behind `last`, in order: names of files, and names of folders with a slash. None if the folder is gone. */
async function firstEntries(listing: Listing, folder: string, last: string): Promise<string[]> {
  const entries: string[] = [];
  let ceiling: string | undefined;
  try {
    for await (const found of await opendir(join(listing.root, folder), { bufferSize: 1024 })) {
      const entry = entryOf(found);
      const isAmong = entry !== null && entry > last && (ceiling === undefined || entry < ceiling);
      if (isAmong && isInReach(listing, folder + entry)) entries.push(entry);
      if (entries.length === 2 * listing.batch) ceiling = cut(entries, listing.batch);
    }
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error;
  }
  cut(entries, listing.batch);
  return entries;
}

function entryOf(found: Dirent): string | null {
  if (!isSegment(found.name)) return null;
  if (found.isDirectory()) return `${found.name}/`;
  return found.isFile() ? found.name : null;
}

function isInReach({ prefix, after }: Listing, key: string): boolean {
  const isBehind = key > after || (key.endsWith("/") && after.startsWith(key));
  return isBehind && key.startsWith(prefix);
}

/** Sorts, keeps so many, and says which is the last of them. */
function cut(entries: string[], batch: number): string | undefined {
  entries.sort();
  entries.length = Math.min(entries.length, batch);
  return entries.at(-1);
}
