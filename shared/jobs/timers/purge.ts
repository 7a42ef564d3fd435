// Purging temp/: what is older than its time goes, unless a job that has not ended may still need it, or it is still to be checked.
import { blockedPrefix, parseTempOwner, parseTempUploadKey, tempPrefix } from "../../media/keys.ts";
import { isPending } from "../../uploads/read-upload.ts";
import type { JobDeps } from "../deps.ts";
import { readJob } from "../job.ts";

const PAGE = 500;
/** What was refused stays no longer than that, whatever stays longer, and whatever becomes of its job. */
const BLOCKED_MS = 86_400_000;
/** How often this timer fires: what is not purged now is purged so much later. */
const EVERY_MS = 3_600_000;

/** Deletes page by page, in bounded memory; after a crash the next purge goes on with what is left. Answers how many objects went; throws at the end when some could not be removed. */
export async function purgeTemp(
  deps: Pick<JobDeps, "table" | "store" | "clock" | "log" | "settings">,
  signal: AbortSignal,
): Promise<{ deleted: number; kept: number }> {
  const now = deps.clock.now();
  const before = now - deps.settings.tempTtlMs;
  const beforeForBlocked = now - Math.min(deps.settings.tempTtlMs, BLOCKED_MS - EVERY_MS);
  let deleted = 0;
  let kept = 0;
  let failure: { error: unknown } | null = null;
  for (let after: string | undefined, isLast = false; !isLast && !signal.aborted; ) {
    const page = await deps.store.list({ prefix: tempPrefix, limit: PAGE, after });
    const jobs = new Map<string, boolean>();
    for (const object of page.objects) {
      after = object.key;
      if (signal.aborted) break;
      if (object.modifiedAt > (object.key.startsWith(blockedPrefix) ? beforeForBlocked : before)) continue;
      if (await isNeeded(deps, object.key, jobs)) {
        kept++;
        continue;
      }
      try {
        await deps.store.delete(object.key);
        deleted++;
      } catch (error) {
        // One object that cannot be removed does not keep the others.
        failure ??= { error };
      }
    }
    isLast = page.isLast;
  }
  if (failure) throw failure.error;
  return { deleted, kept };
}

/** `known` remembers the answers for the jobs of one page. */
async function isNeeded(
  deps: Pick<JobDeps, "table">,
  objectKey: string,
  known: Map<string, boolean>,
): Promise<boolean> {
  if (objectKey.startsWith(blockedPrefix)) return false;
  const upload = parseTempUploadKey(objectKey);
  if (upload) return isPending(deps, upload);
  const owner = parseTempOwner(objectKey);
  if (!owner) return false;
  const remembered = known.get(owner.jobId);
  if (remembered !== undefined) return remembered;
  const stored = await readJob(deps.table, owner);
  const isUnfinished = stored !== null && stored.job.outcome === null;
  known.set(owner.jobId, isUnfinished);
  return isUnfinished;
}
