// Where thumbnails lie, on their way and for good. Functions that keep files need this much, and nothing that decodes.
import { tempThumbnailKey, thumbnailKey } from "../../media/keys.ts";
import type { JobDeps, PersistDeps } from "../deps.ts";
import type { Job, Output, Thumbnail } from "../job.ts";

/** Whether it lies in its place: copied there before the output's record is written, so that no record ever tells of what is not there. */
export async function keepThumbnail(
  { store, log }: PersistDeps,
  { userId, id, attempt }: Job,
  { index, key }: Output,
  thumbnail: Thumbnail | undefined,
): Promise<boolean> {
  if (!thumbnail) return false;
  try {
    const from = tempThumbnailKey(userId, id, attempt, index);
    const { state } = await store.copy(from, thumbnailKey(key), { ifMatch: thumbnail.etag });
    if (state === "copied" || state === "exists") return true;
    return (await store.head(thumbnailKey(key))) !== null;
  } catch (error) {
    log.info({ error, jobId: id, attempt, index }, "a thumbnail could not be kept");
    return false;
  }
}

/** What lies in temp/ of the latest attempt. */
export function tempThumbnailKeys({ thumbnails }: JobDeps, { userId, id, attempt, type, request }: Job): string[] {
  if (!thumbnails || attempt === 0 || (type !== "image" && type !== "video")) return [];
  return Array.from({ length: request.n }, (_, index) => tempThumbnailKey(userId, id, attempt, index));
}
