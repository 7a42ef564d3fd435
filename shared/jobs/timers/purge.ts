// Purging temp/: what is older than its time goes, unless a job that has not ended may still need it, or it is still to be checked.
import pLimit from "p-limit";
import { parseTempOwner, parseTempUploadKey, tempPrefix } from "../../media/keys.ts";
import type { ObjectInfo } from "../../ports/object-store.ts";
import { isPending } from "../../uploads/read-upload.ts";
import type { JobDeps } from "../deps.ts";
import { readJob } from "../job.ts";

type Deps = Pick<JobDeps, "table" | "store" | "clock" | "log" | "settings">;

/** What a store lists by one request, and removes by one: all that is in memory at a time. */
const PAGE = 1000;
/** Questions to the table at a time: each page waits for some hundreds. */
const READS_AT_ONCE = 16;

/** Deletes page by page, in bounded memory; after a crash the next purge goes on with what is left. Answers how many objects went; throws at the end when some could not be removed. */
export async function purgeTemp(deps: Deps, signal: AbortSignal): Promise<{ deleted: number; kept: number }> {
  const before = deps.clock.now() - deps.settings.tempTtlMs;
  let deleted = 0;
  let kept = 0;
  let failure: { error: unknown } | null = null;
  for (let after: string | undefined, isLast = false; !isLast && !signal.aborted; ) {
    const page = await deps.store.list({ prefix: tempPrefix, limit: PAGE, after });
    const old = page.objects.filter(({ modifiedAt }) => modifiedAt <= before);
    // Asked right before they go: what a job has come to need since is kept.
    const spent = await spentOf(deps, old);
    if (signal.aborted) break;
    const left = await remove(deps, spent);
    // One object that cannot be removed does not keep the others.
    failure ??= left.failure;
    deleted += spent.length - left.count;
    kept += old.length - spent.length;
    after = page.objects.at(-1)?.key;
    isLast = page.isLast;
  }
  if (failure) throw failure.error;
  return { deleted, kept };
}

async function remove(
  { store }: Deps,
  keys: readonly string[],
): Promise<{ count: number; failure: { error: unknown } | null }> {
  if (keys.length === 0) return { count: 0, failure: null };
  try {
    const left = await store.deleteMany(keys);
    return { count: left.length, failure: left[0] ? { error: left[0].error } : null };
  } catch (error) {
    return { count: keys.length, failure: { error } };
  }
}

/** The keys of those that nobody needs. */
async function spentOf(deps: Deps, objects: readonly ObjectInfo[]): Promise<string[]> {
  const limited = pLimit(READS_AT_ONCE);
  const jobs = new Map<string, Promise<boolean>>();
  const areNeeded = await Promise.all(objects.map(({ key }) => isNeeded(deps, key, { limited, jobs })));
  return objects.flatMap(({ key }, i) => (areNeeded[i] ? [] : [key]));
}

/** `jobs` remembers the answers for the jobs of one page. */
function isNeeded(
  deps: Deps,
  objectKey: string,
  { limited, jobs }: { limited: ReturnType<typeof pLimit>; jobs: Map<string, Promise<boolean>> },
): Promise<boolean> | boolean {
  const upload = parseTempUploadKey(objectKey);
  if (upload) return limited(() => isPending(deps, upload));
  const owner = parseTempOwner(objectKey);
  if (!owner) return false;
  const known = jobs.get(owner.jobId);
  if (known) return known;
  const isUnfinished = limited(() => readJob(deps.table, owner)).then(
    (stored) => stored !== null && stored.job.outcome === null,
  );
  jobs.set(owner.jobId, isUnfinished);
  return isUnfinished;
}
