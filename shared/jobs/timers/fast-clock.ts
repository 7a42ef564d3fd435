// What a clock that was ahead has left behind: times that lie as far ahead as it did. Without this, work would wait until they come.
import type { Job } from "../job.ts";

/** Clocks of different machines differ by less than this. */
export const CLOCK_SKEW_MS = 30_000;

/** True when the job was last written by a clock that was far ahead of this one; or by this one, before it went back. */
export function isWrittenAhead(job: Job, now: number): boolean {
  return writtenAt(job) > now + CLOCK_SKEW_MS;
}

/** The job as this clock would have written it: what was to happen in 4 s happens in 4 s. The same object when there is nothing to mend. */
export function broughtBack(job: Job, now: number): Job {
  if (!isWrittenAhead(job, now)) return job;
  const aheadMs = writtenAt(job) - now;
  return {
    ...job,
    writtenAt: now,
    dueAt: job.dueAt === null ? null : job.dueAt - aheadMs,
    ticketUntil: job.ticketUntil - aheadMs,
    lease: job.lease && { ...job.lease, until: job.lease.until - aheadMs },
  };
}

/** Jobs of older versions say only when they last got on. */
export function writtenAt(job: Job): number {
  return job.writtenAt ?? job.updatedAt;
}
