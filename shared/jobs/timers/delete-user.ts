// What a timer does with the account of a user who is being deleted, until nothing of theirs is left but a ledger without a name.
//
// The account is closed and due before anything else (users/delete-user). Then, in passes over all items of the user: unfinished jobs are
// cancelled, whatever is no job and no ledger goes, and jobs lose all that their user said once nobody works on them any more. A pass that
// finds nothing to do is the last one; behind it the objects go. All of it once more a day later, for what was under way meanwhile: a slow
// copy, a request that had been let in. Every step may be repeated, and nothing is remembered between them but the time of the first sweep.
import { isDeepStrictEqual } from "node:util";
import { type Deletion, readAccount } from "../../credits/account.ts";
import { changeDeletion } from "../../credits/close-account.ts";
import { orderPrefix } from "../../credits/orders/order.ts";
import { CLOCK_SKEW_MS } from "../../items/fast-clock.ts";
import { prefixesOfUser } from "../../media/keys.ts";
import type { Item } from "../../ports/table.ts";
import { anonymous } from "../anonymous.ts";
import type { JobDeps } from "../deps.ts";
import { type Job, jobOf, keyOf, nodeJobPrefix, type StoredJob } from "../job.ts";
import { endJob } from "../money/ending.ts";
import { isRoundPaid } from "../moving/advance.ts";
import { isSettled, toEnded, toUnpaid } from "../states.ts";
import { updateJob } from "../update.ts";

export const LAST_SWEEP_AFTER_MS = 24 * 60 * 60_000;
const LOOK_AGAIN_MS = 2000;
/** A user with very much leaves the rest to the next tick. */
const LONGEST_MS = 30_000;
const PAGE = 100;

/** Goes on with a deletion that is due. Throws when the table or the store fail; then the next tick goes on. */
export async function continueDeletion(deps: JobDeps, userId: string, signal: AbortSignal): Promise<void> {
  const deletion = (await readAccount(deps.table, userId))?.account.deletion;
  if (!deletion || !isDue(deletion, deps.clock.now())) return;
  await deps.forgetUser(deps, userId);
  const until = deps.clock.now() + LONGEST_MS;
  const swept = await sweep(deps, userId, () => signal.aborted || deps.clock.now() >= until);
  if (swept === "interrupted") return;
  const now = deps.clock.now();
  await changeDeletion(deps, userId, (current) =>
    swept === "clean" ? afterSweep(current, now) : { ...current, dueAt: now + LOOK_AGAIN_MS },
  );
  if (swept === "clean") deps.log.info({ userId, isFirst: deletion.sweptAt === null }, "a deleted user was swept away");
}

/** A time that lies further ahead than any that is ever set was set by a clock that was ahead. */
function isDue({ dueAt }: Deletion, now: number): boolean {
  return dueAt !== null && (dueAt <= now || dueAt > now + LAST_SWEEP_AFTER_MS + CLOCK_SKEW_MS);
}

function afterSweep(deletion: Deletion, now: number): Deletion {
  const sweptAt = Math.min(deletion.sweptAt ?? now, now);
  const lastAt = sweptAt + LAST_SWEEP_AFTER_MS;
  return { ...deletion, sweptAt, dueAt: now >= lastAt ? null : lastAt };
}

/**
 * - `clean`: there is nothing left to remove.
 * - `waiting`: somebody still works on a job.
 * - `interrupted`: there was no more time.
 */
type Swept = "clean" | "waiting" | "interrupted";

async function sweep(deps: JobDeps, userId: string, isOver: () => boolean): Promise<Swept> {
  for (;;) {
    // First: what productions are made of stays until they are over, and jobs of theirs end by them.
    const stopped = await sweepProductions(deps, userId, isOver);
    if (stopped !== "clean") return stopped;
    const swept = await sweepItems(deps, userId, isOver);
    // What was removed may have been written anew by somebody whose job was still under way: only a pass without a find counts.
    if (swept === "changed") continue;
    if (swept !== "clean") return swept;
    for (const prefix of prefixesOfUser(userId)) {
      if (!(await removeObjects(deps, prefix, isOver))) return "interrupted";
    }
    return "clean";
  }
}

async function sweepItems(deps: JobDeps, userId: string, isOver: () => boolean): Promise<Swept | "changed"> {
  const found = new Set<ItemSwept>();
  for (let after: string | undefined, isLast = false; !isLast; ) {
    if (isOver()) return "interrupted";
    const query = { partition: `user#${userId}`, prefix: "", order: "ascending", limit: PAGE } as const;
    const page = await deps.table.query({ ...query, after });
    for (const swept of await Promise.all(page.items.map((item) => sweepItem(deps, item)))) found.add(swept);
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  if (found.has("waiting")) return "waiting";
  return found.has("changed") ? "changed" : "clean";
}

async function sweepProductions(deps: JobDeps, userId: string, isOver: () => boolean): Promise<Swept> {
  if (!deps.productions) return "clean";
  let isWaiting = false;
  for (let after: string | undefined, isLast = false; !isLast; ) {
    if (isOver()) return "interrupted";
    const query = { partition: `user#${userId}`, prefix: "production#", order: "ascending", limit: PAGE } as const;
    const page = await deps.table.query({ ...query, after });
    for (const item of page.items) if ((await deps.productions.sweep(deps, item)) === "waiting") isWaiting = true;
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  return isWaiting ? "waiting" : "clean";
}

type ItemSwept = "kept" | "changed" | "waiting";

async function sweepItem(deps: JobDeps, item: Item): Promise<ItemSwept> {
  if (item.sort === "account" || item.sort.startsWith("ledger#")) return "kept";
  if (item.sort.startsWith("job#") || item.sort.startsWith(nodeJobPrefix)) return sweepJob(deps, jobOf(item));
  if (item.sort.startsWith(orderPrefix)) return deps.sweepOrder(deps, item);
  if (item.sort.startsWith("production#") && deps.productions) return deps.productions.sweep(deps, item);
  await deps.table.delete(item, { version: item.version });
  return "changed";
}

/** The ledger counts on jobs: they stay, with nothing on them that their user said or got. */
async function sweepJob(deps: JobDeps, stored: StoredJob): Promise<ItemSwept> {
  const { job } = stored;
  if (job.outcome === null) await cancel(deps, job);
  if (!isLeftAlone(job, deps.clock.now())) {
    // Whoever closes it has nobody to tell any more.
    if (job.webhookUrl !== undefined) await updateJob(deps, keyOf(job), withoutWebhook);
    return "waiting";
  }
  if (isDeepStrictEqual(anonymous(job), job)) return "kept";
  await updateJob(
    deps,
    keyOf(job),
    (current) => (isLeftAlone(current, deps.clock.now()) ? anonymous(current) : null),
    stored,
  );
  return "changed";
}

/** In whatever phase: as at the deadline, an owner finds its claim lost, and what arrives late is removed. */
async function cancel(deps: JobDeps, job: Job): Promise<void> {
  const isPaid = await isRoundPaid(deps, job);
  await endJob(deps, keyOf(job), job.round, (current, now) => {
    const over = isPaid
      ? { ...toEnded(current, now, { outcome: "cancelled", captured: 0 }), paidRound: current.round }
      : toUnpaid(current, now);
    return { ...over, lease: null, webhookUrl: undefined };
  });
}

function withoutWebhook(job: Job): Job | null {
  return job.webhookUrl === undefined ? null : { ...job, webhookUrl: undefined };
}

/** Settled, and closed but perhaps for the last look at slow copies; nobody has it in hand. */
function isLeftAlone(job: Job, now: number): boolean {
  const isClosed = job.phase === "closed" || (isSettled(job) && job.isCleaned);
  return isClosed && (job.lease === null || job.lease.until <= now);
}

/** False when there was no more time. */
async function removeObjects({ store }: JobDeps, prefix: string, isOver: () => boolean): Promise<boolean> {
  for (let after: string | undefined, isLast = false; !isLast; ) {
    if (isOver()) return false;
    const page = await store.list({ prefix, limit: PAGE, after });
    await Promise.all(page.objects.map(({ key }) => store.delete(key)));
    after = page.objects.at(-1)?.key;
    isLast = page.isLast;
  }
  return true;
}
