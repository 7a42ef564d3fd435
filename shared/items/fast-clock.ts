// What a clock that was ahead has left behind: times that lie as far ahead as it did. Without this, work would wait until they come.
import type { Claimed } from "./kind.ts";

/** Clocks of different machines differ by less than this. */
export const CLOCK_SKEW_MS = 30_000;

type Timed = Pick<Claimed, "updatedAt" | "writtenAt" | "dueAt" | "ticketUntil" | "attendedUntil" | "lease">;

/** True when the item was last written by a clock that was far ahead of this one; or by this one, before it went back. */
export function isWrittenAhead(value: Timed, now: number): boolean {
  return writtenAt(value) > now + CLOCK_SKEW_MS;
}

/** The item as this clock would have written it: what was to happen in 4 s happens in 4 s. The same object when there is nothing to mend. */
export function broughtBack<T extends Timed>(value: T, now: number): T {
  if (!isWrittenAhead(value, now)) return value;
  const aheadMs = writtenAt(value) - now;
  return {
    ...value,
    writtenAt: now,
    dueAt: value.dueAt === null ? null : value.dueAt - aheadMs,
    ticketUntil: value.ticketUntil - aheadMs,
    ...(value.attendedUntil !== undefined && { attendedUntil: value.attendedUntil - aheadMs }),
    lease: value.lease && { ...value.lease, until: value.lease.until - aheadMs },
  };
}

/** Items of older versions say only when they last got on. */
export function writtenAt(value: Timed): number {
  return value.writtenAt ?? value.updatedAt;
}
