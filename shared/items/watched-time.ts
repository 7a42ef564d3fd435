// How much of a round somebody has watched. Its deadline counts that and nothing else: a machine that slept, a clock that was set and
// timers that were off take nothing from a value, and a job to which nothing happens still ends.
import { broughtBack, writtenAt } from "./fast-clock.ts";
import type { Claimed } from "./kind.ts";

/** A round that has a deadline. `outcome`: the deadline is no matter any more. */
export interface Watched extends Claimed {
  /** How long a round may be watched. */
  deadlineMs: number;
  /** `deadlineMs` after the round began: no clock ends it earlier. How much later is said by `watchedMs`. */
  deadlineAt: number;
  /** How much of the round was watched, up to `writtenAt`. Absent on items of older versions. */
  watchedMs?: number;
}

/** An unfinished job is looked at so often at least, whatever it waits for: only then it can be told from one that nobody watches. */
const LOOK_EVERY_MS = 5 * 60_000;
/** A timer that fires once a minute comes no later than this, even when the tick before it died. Whoever comes later was away. */
const LATEST_LOOK_MS = 2 * 60_000;
/** How much of a deadline counts as watched when everybody was away: so much that a job comes to its end if that goes on. */
const SHARE_OF_ABSENCE = 1 / 30;
/** In the first minutes of a round not even that much, unless so much was really watched. */
const SHORTEST_ABSENCE_MS = 30_000;

/** When a timer looks: not before the lease or the patience with a ticket has ended, and in time to watch a job that is unfinished. */
export function nextLookAt(value: Watched): number | null {
  if (value.dueAt === null) return null;
  const at = Math.max(value.dueAt, value.lease?.until ?? 0, value.ticketUntil);
  return value.outcome === null ? Math.min(at, deadlineOf(value), writtenAt(value) + LOOK_EVERY_MS) : at;
}

/** When the round is over if it is watched from its last write until then, by the clock of that write. Never before `deadlineAt`. */
export function deadlineOf(value: Watched): number {
  return writtenAt(value) + value.deadlineMs - watchedMs(value);
}

/** Up to its last write. Items of older versions do not say: all the time that their clocks saw. */
export function watchedMs(value: Watched): number {
  return value.watchedMs ?? Math.min(value.deadlineMs, Math.max(0, writtenAt(value) - beganAt(value)));
}

/** So much of an unfinished round was watched that it has to end. */
export function isOverdue(value: Watched, now: number): boolean {
  return value.outcome === null && watchedMs(asSeenAt(value, now)) >= value.deadlineMs;
}

/** Nobody came when the job was to be looked at. Or it was looked at, and a clock has leapt since: nobody can tell. */
export function wasUnwatched(value: Watched, now: number): boolean {
  const lookAt = nextLookAt(value);
  return lookAt !== null && now > Math.max(lookAt, writtenAt(value)) + LATEST_LOOK_MS;
}

/**
 * The job as this clock would have written it just now. What was watched since its last write is counted; an owner that was perhaps
 * away as well has as much of its lease as it had then.
 */
export function asSeenAt<T extends Watched>(value: T, now: number): T {
  const seen = broughtBack(withLeaseKept(value, now), now);
  if (value.outcome !== null) return seen;
  const counted = watchedMs(value) + watchedSince(value, now);
  if (beganAt(value) > now) {
    return { ...seen, watchedMs: counted, deadlineAt: now + value.deadlineMs - counted, writtenAt: now };
  }
  // What another clock's leaps have counted too much is taken back by one that knows how long ago the round began.
  return { ...seen, watchedMs: Math.min(counted, now - beganAt(value)), writtenAt: now };
}

function watchedSince(value: Watched, now: number): number {
  const gapMs = Math.max(0, now - writtenAt(value));
  if (!wasUnwatched(value, now)) return gapMs;
  const mostMs = Math.min(value.deadlineMs * SHARE_OF_ABSENCE, Math.max(SHORTEST_ABSENCE_MS, watchedMs(value)));
  // An absence never is what ends a job: it is looked at first, and has some time left.
  const leftMs = value.deadlineMs - watchedMs(value);
  return Math.max(0, Math.ceil(Math.min(gapMs, mostMs, leftMs / 2)));
}

function withLeaseKept<T extends Watched>(value: T, now: number): T {
  if (!value.lease || !wasUnwatched(value, now)) return value;
  return { ...value, lease: { ...value.lease, until: value.lease.until + now - writtenAt(value) } };
}

function beganAt(value: Watched): number {
  return value.deadlineAt - value.deadlineMs;
}
