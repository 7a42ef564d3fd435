// Removing what a deleted job has left: its objects and records at once, and once more when nothing of it can be on its way any more. Then
// the item goes too. Until then it stands, nameless, so that no repeat of the request that made it can make it again.

import { jobPrefixes } from "../../media/keys.ts";
import { anonymous } from "../anonymous.ts";
import { IDEMPOTENCY_MS } from "../asking/idempotency.ts";
import { findUser } from "../asking/require-unused.ts";
import type { JobDeps } from "../deps.ts";
import { type Job, jobItemKey, keyOf } from "../job.ts";
import { giveJobBack } from "../money/give-job-back.ts";
import { toDeleted } from "../states.ts";
import { type Claim, ClaimLost } from "./claim.ts";
import { LATE_CLEANING_MS } from "./closing.ts";

const PAGE = 100;

/** The step of a closed job that is due: it was deleted, or has had its time. */
export async function removeClosed(deps: JobDeps, claim: Claim): Promise<void> {
  if (!claim.job.deletion) return deleteAged(deps, claim);
  const key = keyOf(claim.job);
  // Whoever deleted it may have died.
  await giveJobBack(deps, key);
  await removeObjects(deps, claim.job);
  await removeItems(deps, claim.job);
  const goesAt = lastLookAt(claim.job);
  if (deps.clock.now() < goesAt) {
    await claim.update((job) => ({ ...anonymous(job), looks: 0, dueAt: goesAt }));
    return;
  }
  await claim.reload();
  const isGone = await deps.table.delete(jobItemKey(key), { version: claim.version });
  if (isGone) throw new ClaimLost("the job is gone");
  await claim.reload();
}

/** As its user would have deleted it; unless an unfinished job works on its outputs, or a scene or a film shows it. */
async function deleteAged(deps: JobDeps, claim: Claim): Promise<void> {
  const { job: found } = claim;
  const isUsed =
    (await findUser(deps, found.userId, { jobId: found.id })) !== null ||
    (await deps.releaseTake(deps, found)) !== null;
  const now = deps.clock.now();
  // A production may have been begun with it since.
  const stays = (job: Job) => isUsed || job.isFilmed !== found.isFilmed;
  await claim.update((job) => (stays(job) ? { ...job, looks: 0, dueAt: now + LATE_CLEANING_MS } : toDeleted(job, now)));
}

/** A slow copy may come for an hour, and a key that stands for the job lives for a day; clocks differ. */
function lastLookAt({ createdAt, deletion }: Job): number {
  return Math.max((deletion?.at ?? createdAt) + LATE_CLEANING_MS, createdAt + IDEMPOTENCY_MS + LATE_CLEANING_MS);
}

async function removeObjects({ store }: JobDeps, { userId, id }: Job): Promise<void> {
  for (const prefix of jobPrefixes(userId, id)) {
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const page = await store.list({ prefix, limit: PAGE, after });
      await Promise.all(page.objects.map(({ key }) => store.delete(key)));
      after = page.objects.at(-1)?.key;
      isLast = page.isLast;
    }
  }
}

/** Records, and webhooks that nobody has taken yet: their body would be made of the job. */
async function removeItems({ table }: JobDeps, { userId, id }: Job): Promise<void> {
  for (const prefix of [`output#${id}#`, `delivery#${id}#`]) {
    const query = { partition: `user#${userId}`, prefix, order: "ascending", limit: 1000 } as const;
    const { items } = await table.query(query);
    await Promise.all(items.map((item) => table.delete(item, { version: item.version })));
  }
}
