// Tickets: tiny objects whose creation event runs a job; on one machine the event alone. A ticket is a hint; without it the timer runs the job.

import { isWrittenAhead } from "../../items/fast-clock.ts";
import { ticketKey } from "../../media/keys.ts";
import type { AttemptKey } from "../callbacks/attempt-token.ts";
import type { JobDeps, RequestDeps } from "../deps.ts";
import { lacksInputs } from "../inputs/inputs.ts";
import { type Job, type JobKey, keyOf, readJob } from "../job.ts";
import { isInputPassed } from "../moderating/record.ts";
import { isSettled, readsAsEnded } from "../states.ts";
import { updateJob } from "../update.ts";

const NUDGE_EVERY_MS = 10_000;

/** Makes a job due now and writes its ticket, at most once in 10 s. A step that is being taken looks again when it is done. Never throws: it is a wish. */
export async function nudgeJob(deps: RequestDeps, key: JobKey): Promise<void> {
  try {
    await nudge(deps, key, (job, now) => (isRecent(job, now) ? null : job));
  } catch (error) {
    deps.log.warn({ error, jobId: key.jobId }, "a job could not be hurried; the timer will look at it");
  }
}

/** What is different from what was heard before hurries an attempt at once, so often at most: the same news again are no news. */
const MOST_NEWS = 8;

/**
 * The attempt's vendor has called about a task. Makes the job due now if that is what it waits for, whatever it was nudged for before: what was
 * looked at a moment ago may be done now. The same call again, and one too many, count as any other nudge. Throws when it could not be written.
 */
export async function nudgeAsTold(
  deps: RequestDeps,
  { attempt, ...key }: AttemptKey,
  told: { taskId: string /** Of what the call said. */; digest: string },
): Promise<void> {
  await nudge(deps, key, (job, now) => {
    if (job.attempt !== attempt || !waitsFor(job, told.taskId)) return null;
    const digests = job.heard?.attempt === attempt ? job.heard.digests : [];
    const isNew = !digests.includes(told.digest) && digests.length < MOST_NEWS;
    if (!isNew) return isRecent(job, now) ? null : job;
    return { ...job, heard: { attempt, digests: [...digests, told.digest] } };
  });
}

/** The call may be there before the answer to the start is written down: whoever is at it then looks again at once. */
function waitsFor({ phase, task }: Job, taskId: string): boolean {
  return phase === "submitting" || (phase === "waiting" && task?.id === taskId);
}

function isRecent({ nudgedAt }: Job, now: number): boolean {
  return nudgedAt <= now && now - nudgedAt < NUDGE_EVERY_MS;
}

/** `allow`: the job with what else is to be written; null when it is not to be hurried. */
async function nudge(deps: RequestDeps, key: JobKey, allow: (job: Job, now: number) => Job | null): Promise<void> {
  const now = deps.clock.now();
  const nudged = await updateJob(deps, key, (current) => {
    const job = canHurry(current) ? allow(current, now) : null;
    if (!job || job.dueAt === null) return null;
    return {
      ...job,
      nudges: job.nudges + 1,
      nudgedAt: now,
      dueAt: Math.min(job.dueAt, now),
      tickets: job.tickets + 1,
      ticketsUnclaimed: job.ticketsUnclaimed + 1,
    };
  });
  if (!nudged?.isWritten) return;
  await writeTicket(deps, nudged.job);
  // Whoever closed the job meanwhile may have removed its tickets before this one was there.
  if ((await readJob(deps.table, key))?.job.phase === "closed") await deps.store.delete(ticketKeyOf(nudged.job));
}

/** Nothing is to be hurried in a job that is closed, or only waits for its last cleaning. */
export function canHurry(job: Job): boolean {
  return job.dueAt !== null && !(isSettled(job) && job.isCleaned);
}

/** Writes the ticket that the job has counted already. */
export async function writeTicket(deps: Pick<RequestDeps, "store" | "log" | "handOver">, job: Job): Promise<void> {
  if (deps.handOver) {
    deps.handOver(ticketKeyOf(job));
    return;
  }
  try {
    await deps.store.put(ticketKeyOf(job), new Uint8Array());
  } catch (error) {
    deps.log.warn({ error, jobId: job.id }, "a ticket was not written; the timer will run the job");
  }
}

function ticketKeyOf({ userId, id, round, tickets, lane }: Job): string {
  return ticketKey(userId, id, round, tickets, lane);
}

/** Steps that may take minutes belong to run-job, whose instances live as long as that. */
export function needsLongStep(deps: Pick<JobDeps, "providers" | "moderation">, job: Job): boolean {
  if (job.phase === "transferring") return true;
  if (job.phase === "queued" && (lacksInputs(job) || (deps.moderation && !isInputPassed(job)))) return true;
  const startsLong = job.phase === "queued" || job.phase === "submitting";
  return startsLong && (deps.providers.get(job.provider)?.isSynchronous ?? false);
}

/** Overdue by this long, a job is waiting for a timer that ought to have come. */
const LATE_MS = 5000;

/** Nudges a job that its reader finds overdue, or that a clock which was ahead has put off by as much. */
export async function nudgeIfLate(deps: RequestDeps, job: Job): Promise<void> {
  const dueAt = job.lease ? job.lease.until : job.dueAt;
  if (job.dueAt === null || dueAt === null || readsAsEnded(job)) return;
  const now = deps.clock.now();
  const isLate = now - Math.max(dueAt, job.ticketUntil) > LATE_MS;
  if (isLate || isWrittenAhead(job, now)) await nudgeJob(deps, keyOf(job));
}
