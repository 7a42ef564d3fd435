// How much of a round somebody has watched. Its deadline counts that and nothing else: a machine that slept, a clock that was set and
// timers that were off take nothing from a job, and a job to which nothing happens still ends.
import type { Job } from "../job.ts";
import { broughtBack, writtenAt } from "./fast-clock.ts";

/** An unfinished job is looked at so often at least, whatever it waits for: only then it can be told from one that nobody watches. */
const LOOK_EVERY_MS = 5 * 60_000;
/** A timer that fires once a minute comes no later than this, even when the tick before it died. Whoever comes later was away. */
const LATEST_LOOK_MS = 2 * 60_000;
/** How much of a deadline counts as watched when everybody was away: so much that a job comes to its end if that goes on. */
const SHARE_OF_ABSENCE = 1 / 30;
/** In the first minutes of a round not even that much, unless so much was really watched. */
const SHORTEST_ABSENCE_MS = 30_000;

/** When a timer looks: not before the lease or the patience with a ticket has ended, and in time to watch a job that is unfinished. */
export function nextLookAt(job: Job): number | null {
  if (job.dueAt === null) return null;
  const at = Math.max(job.dueAt, job.lease ? job.lease.until : job.ticketUntil);
  return job.outcome === null ? Math.min(at, deadlineOf(job), writtenAt(job) + LOOK_EVERY_MS) : at;
}

/** When the round is over if it is watched from its last write until then, by the clock of that write. Never before `deadlineAt`. */
export function deadlineOf(job: Job): number {
  return writtenAt(job) + job.deadlineMs - watchedMs(job);
}

/** Up to its last write. Jobs of older versions do not say: all the time that their clocks saw. */
export function watchedMs(job: Job): number {
  return job.watchedMs ?? Math.min(job.deadlineMs, Math.max(0, writtenAt(job) - beganAt(job)));
}

/** So much of an unfinished round was watched that it has to end. */
export function isOverdue(job: Job, now: number): boolean {
  return job.outcome === null && watchedMs(asSeenAt(job, now)) >= job.deadlineMs;
}

/** Nobody came when the job was to be looked at. Or it was looked at, and a clock has leapt since: nobody can tell. */
export function wasUnwatched(job: Job, now: number): boolean {
  const lookAt = nextLookAt(job);
  return lookAt !== null && now > Math.max(lookAt, writtenAt(job)) + LATEST_LOOK_MS;
}

/**
 * The job as this clock would have written it just now. What was watched since its last write is counted; an owner that was perhaps
 * away as well has as much of its lease as it had then.
 */
export function asSeenAt(job: Job, now: number): Job {
  const seen = broughtBack(withLeaseKept(job, now), now);
  if (job.outcome !== null) return seen;
  const counted = watchedMs(job) + watchedSince(job, now);
  if (beganAt(job) > now) {
    return { ...seen, watchedMs: counted, deadlineAt: now + job.deadlineMs - counted, writtenAt: now };
  }
  // What another clock's leaps have counted too much is taken back by one that knows how long ago the round began.
  return { ...seen, watchedMs: Math.min(counted, now - beganAt(job)), writtenAt: now };
}

function watchedSince(job: Job, now: number): number {
  const gapMs = Math.max(0, now - writtenAt(job));
  if (!wasUnwatched(job, now)) return gapMs;
  const mostMs = Math.min(job.deadlineMs * SHARE_OF_ABSENCE, Math.max(SHORTEST_ABSENCE_MS, watchedMs(job)));
  // An absence never is what ends a job: it is looked at first, and has some time left.
  const leftMs = job.deadlineMs - watchedMs(job);
  return Math.max(0, Math.ceil(Math.min(gapMs, mostMs, leftMs / 2)));
}

function withLeaseKept(job: Job, now: number): Job {
  if (!job.lease || !wasUnwatched(job, now)) return job;
  return { ...job, lease: { ...job.lease, until: job.lease.until + now - writtenAt(job) } };
}

function beganAt(job: Job): number {
  return job.deadlineAt - job.deadlineMs;
}
