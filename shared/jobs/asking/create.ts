// Creating a job: idempotency item, job, hold, ticket, in this order. A crash after any of them is repaired by the repeat or the timer. Where
// the table writes items together (`create-together`), the first three are one write.
import { readAccount } from "../../credits/account.ts";
import { requireRoom } from "../../credits/holds.ts";
import { AppError } from "../../errors/app-error.ts";
import { tempInputKey } from "../../media/keys.ts";
import type { RequestDeps } from "../deps.ts";
import { type Job, type JobKey, jobItem, keyOf, readJob } from "../job.ts";
import { settleJob } from "../money/ending.ts";
import { holdForRound } from "../money/hold.ts";
import { writeTicket } from "../moving/tickets.ts";
import { isSettled, toNextRound } from "../states.ts";
import { tellCreated } from "../telling.ts";
import { updateJob } from "../update.ts";
import { canCreateTogether, createTogether } from "./create-together.ts";
import { type IdempotencyKey, idUnderKey, readIdempotency } from "./idempotency.ts";
import { type NewJob, newJob } from "./new-job.ts";

/** The job and whether this call started it. A repeat with the same idempotency key goes on where the first one stopped. */
export async function createJob(
  deps: RequestDeps,
  wanted: NewJob,
  idempotency: IdempotencyKey | null,
): Promise<{ job: Job; isNew: boolean }> {
  const freshId = deps.ids.uuid();
  const together = canCreateTogether(deps, wanted) ? await createTogether(deps, wanted, idempotency, freshId) : null;
  if (together?.job) {
    tellCreated(deps.log, together.job);
    await writeTicket(deps, together.job);
    return { job: together.job, isNew: true };
  }
  const requireNow = () => requireRoomNow(deps, wanted);
  const jobId = together?.knownId ?? (await idUnderKey(deps, wanted.userId, idempotency, freshId, requireNow));
  const found = jobId === freshId ? null : await readJob(deps.table, { userId: wanted.userId, jobId });
  const job = found?.job ?? (await writeJob(deps, wanted, jobId));
  requireKept(job);
  if (isStarted(job)) return { job, isNew: false };
  return start(deps, job);
}

/** The job that an earlier request with this key has started; null when there is none, or it was never paid for; `conflict` when it was deleted. */
export async function findStarted(deps: RequestDeps, userId: string, idempotency: IdempotencyKey): Promise<Job | null> {
  const known = await readIdempotency(deps, userId, idempotency);
  const job = known && (await readJob(deps.table, { userId, jobId: known.jobId }))?.job;
  if (job) requireKept(job);
  return job && isStarted(job) ? job : null;
}

async function requireRoomNow(deps: RequestDeps, wanted: NewJob): Promise<void> {
  const stored = await readAccount(deps.table, wanted.userId);
  if (!stored) throw new AppError("unauthenticated");
  requireRoom(stored.account, wanted.price * wanted.request.n, deps.settings);
}

/** The job under this id, written now unless somebody else was faster. */
async function writeJob(deps: RequestDeps, wanted: NewJob, jobId: string): Promise<Job> {
  const key: JobKey = { userId: wanted.userId, jobId };
  const request = { ...wanted.request };
  if (wanted.input) {
    const inputKey = wanted.input.key(jobId);
    await deps.store.put(inputKey, wanted.input.bytes);
    request.source = { key: inputKey };
  }
  for (const [index, { bytes }] of (wanted.inputs ?? []).entries()) {
    if (bytes) await deps.store.put(tempInputKey(wanted.userId, jobId, index), bytes);
  }
  const job = newJob({ ...wanted, request }, jobId, deps);
  if ((await deps.table.put(jobItem(job), "absent")) !== null) return job;
  const faster = await readJob(deps.table, key);
  if (!faster) throw new Error("a job is neither absent nor there");
  return faster.job;
}

/** The hold, then the ticket. A job that was ended because nobody paid for it begins its next round first. */
async function start(deps: RequestDeps, job: Job): Promise<{ job: Job; isNew: boolean }> {
  const pending = job.outcome === null ? job : await reopen(deps, job);
  const held = await holdForRound(deps, keyOf(pending), pending.round);
  if (held === "placed") {
    tellCreated(deps.log, pending);
    await writeTicket(deps, pending);
  }
  const now = held === "placed" ? pending : ((await readJob(deps.table, keyOf(job)))?.job ?? pending);
  return { job: now, isNew: held === "placed" };
}

async function reopen(deps: RequestDeps, job: Job): Promise<Job> {
  const settled = isSettled(job) ? job : await settleJob(deps, keyOf(job), job.round);
  const reopened = await updateJob(deps, keyOf(job), (current) => {
    const isUnpaid = current.outcome !== null && isSettled(current) && current.paidRound === 0;
    if (!isUnpaid || current.round !== settled?.round) return null;
    const now = deps.clock.now();
    return toNextRound(current, now);
  });
  if (!reopened) throw new AppError("not_found");
  return reopened.job;
}

/** Whoever deleted it would be charged for another one by a repeat that came late. */
function requireKept(job: Job): void {
  if (!job.deletion) return;
  throw new AppError("conflict", {
    message: "This Idempotency-Key made a job that was deleted. Use a new key for a new job.",
  });
}

function isStarted(job: Job): boolean {
  return job.paidRound > 0;
}
