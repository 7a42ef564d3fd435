// Many objects removed at once: by batches as the store takes them, and by itself what a batch has left.
import type { NotDeleted } from "../ports/object-store.ts";
import { checkKey } from "./object-key.ts";

export interface Deleting {
  /** Keys that one batch takes. */
  most: number;
  /** One request for all of these keys. Answers those that may still be there. */
  deleteBatch(keys: readonly string[]): Promise<readonly string[]>;
  /** With its own retries; throws what the port's `delete` throws. */
  deleteOne(key: string): Promise<void>;
}

/** Behind so many that could not go, one by one, the rest is not tried: they were left by the same store for the same reason. */
const MAX_REFUSED = 10;

export async function deleteInBatches(
  keys: readonly string[],
  { most, deleteBatch, deleteOne }: Deleting,
): Promise<NotDeleted[]> {
  for (const key of keys) checkKey(key);
  const notDeleted: NotDeleted[] = [];
  for (let start = 0; start < keys.length; start += most) {
    const left = await deleteBatch(keys.slice(start, start + most));
    notDeleted.push(...(await deleteSingly(left, deleteOne)));
  }
  return notDeleted;
}

/** What a store says of one key in a batch is little, and no reason to give up: asked for alone, it goes, or there is an error that says why not. */
async function deleteSingly(keys: readonly string[], deleteOne: Deleting["deleteOne"]): Promise<NotDeleted[]> {
  const notDeleted: NotDeleted[] = [];
  for (const key of keys) {
    const last = notDeleted.at(-1);
    if (last && notDeleted.length >= MAX_REFUSED) {
      notDeleted.push({ key, error: last.error });
      continue;
    }
    try {
      await deleteOne(key);
    } catch (error) {
      notDeleted.push({ key, error });
    }
  }
  return notDeleted;
}
