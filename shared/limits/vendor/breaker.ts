// A breaker: after several failures in a row a vendor is left alone for a while, and then one call finds out whether it is back.

export interface Breaker {
  /** In a row. */
  failures: number;
  /** Since when it has been open, epoch milliseconds; null while it is closed. */
  openSince: number | null;
  /** While it is open: when the next call may try. */
  openUntil: number;
  /** Until then that call is waited for: whoever made it may have died. 0: nobody is trying. */
  probeUntil: number;
}

/** What an instance has heard of the calls that it made. */
export interface Heard {
  /** Since the latest success. */
  failures: number;
  hasSucceeded: boolean;
}

export type Passage =
  | { may: "pass" }
  /** One call may try. */
  | { may: "probe" }
  | { may: "not"; until: number; openSince: number };

export const closedBreaker: Breaker = { failures: 0, openSince: null, openUntil: 0, probeUntil: 0 };

/** So many in a row are no accident. */
export const FAILURES_TO_OPEN = 5;
const FIRST_OPEN_MS = 5000;
const LONGEST_OPEN_MS = 60_000;
/** Longer than a call takes that is given up: a start has 60 s. */
const PROBE_MS = 90_000;
/** How soon the others look whether the one that tries has come to anything. */
const PROBE_LOOK_MS = 5000;

export function passageAt(breaker: Breaker, now: number): Passage {
  const { openSince, openUntil, probeUntil } = breaker;
  if (openSince === null) return { may: "pass" };
  if (now < openUntil) return { may: "not", until: openUntil, openSince };
  if (now < probeUntil) return { may: "not", until: Math.min(probeUntil, now + PROBE_LOOK_MS), openSince };
  return { may: "probe" };
}

export function withProbe(breaker: Breaker, now: number): Breaker {
  return { ...breaker, probeUntil: now + PROBE_MS };
}

/** A success closes it, whoever's it was. A failure while it is open counts only when somebody was trying: the others were under way before. */
export function afterHearing(breaker: Breaker, { failures, hasSucceeded }: Heard, now: number): Breaker {
  const before = hasSucceeded ? closedBreaker : breaker;
  if (failures === 0) return before;
  if (before.openSince !== null && before.probeUntil === 0) return before;
  const inRow = before.failures + (before.openSince === null ? failures : 1);
  if (inRow < FAILURES_TO_OPEN) return { ...before, failures: inRow };
  // A first burst opens it for the shortest time, however many failures came in together.
  const counted = before.openSince === null ? FAILURES_TO_OPEN : inRow;
  const openMs = Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** (counted - FAILURES_TO_OPEN));
  return { failures: counted, openSince: before.openSince ?? now, openUntil: now + openMs, probeUntil: 0 };
}
