// A small picture of each output, made while the file lies in temp/ and kept beside it: nobody is charged for it, and no job fails for want of it.
import { buffer } from "node:stream/consumers";
import type { Said } from "../../labels/label.ts";
import { tempOutputKey, tempThumbnailKey } from "../../media/keys.ts";
import { isSmallPicture } from "../../media/thumbnail-size.ts";
import type { JobDeps } from "../deps.ts";
import type { FileFacts, Thumbnail } from "../job.ts";
import type { Claim } from "./claim.ts";
import { turnOf } from "./making.ts";

/**
 * Makes it of the file as it will be kept, labelled as that is; puts it into temp/, where nobody sees it before the content was looked at. Before the
 * delivery is written, which has its ETag: whoever dies in between leaves an object that is written over. Null where there is none,
 * or the picture is small itself.
 */
export async function makeThumbnail(
  deps: JobDeps,
  claim: Claim,
  { index, facts, said }: { index: number; facts: FileFacts & { etag: string }; said: Said | null },
): Promise<Thumbnail | null> {
  const { userId, id, attempt, type } = claim.job;
  if (!deps.thumbnails || (type !== "image" && type !== "video") || isSmallPicture({ type, ...facts })) return null;
  try {
    const object = await deps.store.get(tempOutputKey(userId, id, attempt, index), { signal: claim.signal });
    if (!object) return null;
    const { extension, size, durationMs } = facts;
    const seen = { type, extension, size, durationMs };
    const options = { turn: turnOf(deps, claim), signal: claim.signal };
    const made = await deps.thumbnails.of(seen, object.body, options).finally(() => object.body.destroy());
    const marked = made && (await marking(deps, made, said));
    const info = marked && (await deps.store.put(tempThumbnailKey(userId, id, attempt, index), marked));
    return info ? { etag: info.etag } : null;
  } catch (error) {
    if (claim.signal.aborted) throw error;
    deps.log.info({ error, jobId: id, attempt, index }, "an output has no thumbnail");
    return null;
  }
}

/** Null where it cannot carry the label that its output carries: then it is better not there. */
async function marking({ labels }: JobDeps, made: Uint8Array, said: Said | null): Promise<Uint8Array | null> {
  if (!labels || !said) return made;
  const marked = labels.mark(bodyOf(made), said);
  const bytes = await buffer(marked.body);
  return marked.problem() ? null : bytes;
}

async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
