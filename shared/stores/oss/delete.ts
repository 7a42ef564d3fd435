// Removing objects, one or many.
import type { NotDeleted } from "../../ports/object-store.ts";
import { deleteInBatches } from "../delete-many.ts";
import type { OssRequest } from "./requests.ts";

/** DeleteMultipleObjects: "up to 1,000 objects". */
const MAX_KEYS = 1000;

/** DeleteObject: 204 also for what is not there. */
export async function deleteObject(request: OssRequest, key: string): Promise<void> {
  await request((client) => client.delete(key));
}

export function deleteObjects(request: OssRequest, keys: readonly string[]): Promise<NotDeleted[]> {
  return deleteInBatches(keys, {
    most: MAX_KEYS,
    deleteBatch: (batch) => deleteBatch(request, batch),
    deleteOne: (key) => deleteObject(request, key),
  });
}

/**
 * DeleteMultipleObjects. No page of the vendor's says how an object is shown that could not be removed: not quiet, for then every one that went is
 * named, and what is not named may be there.
 */
async function deleteBatch(request: OssRequest, keys: readonly string[]): Promise<readonly string[]> {
  const { deleted = [] } = await request((client) => client.deleteMulti([...keys], { quiet: false }));
  const gone = new Set((deleted as unknown as { Key: string }[]).map(({ Key }) => Key));
  return keys.filter((key) => !gone.has(key));
}
