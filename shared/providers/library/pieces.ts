// Where the operator's music lies, and which of the objects there are pieces that can be taken.
import type { ObjectStore } from "../../ports/object-store.ts";
import type { Mood } from "../../ports/wishes.ts";

/** In the operator's own store; nothing of ours writes there, and none of it is ever shown by its key. */
export const musicFolder = "library/music/";

/** What lies behind so many objects of one mood is not looked at. */
const MAX_OBJECTS = 10_000;

/**
 * Formats of sound that are inspected, measured and labelled before they are kept. Names as keys may have; what begins with a dot is no piece: a Mac lays
 * `._name.mp3` beside `name.mp3` on foreign disks.
 */
const piecePattern = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.(mp3|wav)$/i;
const MAX_KEY_LENGTH = 512;

export function folderOf(mood: Mood): string {
  return `${musicFolder}${mood}/`;
}

/** Keys of a mood's pieces, also of those in folders below it, in one order everywhere. */
export async function piecesOf(store: ObjectStore, mood: Mood): Promise<string[]> {
  // At once, by as many requests as the store needs: a page could end with a name that is no key, behind which none can begin.
  const { objects } = await store.list({ prefix: folderOf(mood), limit: MAX_OBJECTS });
  return objects.filter(({ key, size }) => size > 0 && isPiece(key, mood)).map(({ key }) => key);
}

export function isPiece(key: string, mood: Mood): boolean {
  const folder = folderOf(mood);
  return key.length <= MAX_KEY_LENGTH && key.startsWith(folder) && piecePattern.test(key.slice(folder.length));
}
