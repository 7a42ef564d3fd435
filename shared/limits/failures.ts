// How long somebody who fails has to wait: a few failures are free, then each doubles the wait; and with time they are forgotten.

export interface FailureRule {
  /** Failures without a wait. */
  free: number;
  /** The wait after the last free one; it doubles from there. */
  firstMs: number;
  longestMs: number;
  /** One failure is forgotten after each such time without another. */
  forgetMs: number;
}

export interface Failures {
  count: number;
  /** Of the latest one, epoch milliseconds. */
  at: number;
}

export const noFailures: Failures = { count: 0, at: 0 };

/** Those that are not forgotten yet. */
export function countNow({ count, at }: Failures, { forgetMs }: FailureRule, now: number): number {
  return Math.max(0, count - Math.floor(Math.max(0, now - at) / forgetMs));
}

/** Milliseconds until the next try, 0 for none. Never more than the rule's, also when `at` came of a clock that was ahead. */
export function waitFor(failures: Failures, rule: FailureRule, now: number): number {
  const wait = delayAfter(countNow(failures, rule, now), rule);
  return Math.max(0, Math.min(wait, failures.at + wait - now));
}

/** No more are counted than make the longest wait: so that they are forgotten in good time. */
export function afterOneMore(failures: Failures, rule: FailureRule, now: number): Failures {
  const most = rule.free + Math.ceil(Math.log2(rule.longestMs / rule.firstMs));
  return { count: Math.min(most, countNow(failures, rule, now) + 1), at: now };
}

/** When all of them are forgotten. */
export function forgottenAt({ count, at }: Failures, { forgetMs }: FailureRule): number {
  return at + count * forgetMs;
}

function delayAfter(count: number, { free, firstMs, longestMs }: FailureRule): number {
  return count < free ? 0 : Math.min(longestMs, firstMs * 2 ** (count - free));
}
