// limit#{provider}#{account}#{operation}: the state that all instances share, as one of them knows it; every change is one conditional write.
import type { LimitPorts } from "../request-limit.ts";
import type { Heard } from "./breaker.ts";
import { asSeenAt, dataOf, freshState, stateOf, type VendorState, withHeard } from "./vendor-state.ts";

/** Which vendor account, and which kind of call. */
export interface VendorCalls {
  provider: string;
  account: string;
  operation: "start" | "query";
}

export interface VendorItem {
  /** As it was last read or written; never later than it is. */
  known(): VendorState;
  /**
   * Changes it, together with what was heard meanwhile. `change` is pure, and asked anew whenever another instance was faster. Null when
   * others were faster again and again. Throws what the table throws.
   */
  change<T>(change: (state: VendorState, now: number) => { next: VendorState; result: T }): Promise<T | null>;
  /** A call has succeeded or failed. Written at most once a second, and only when it changes something. Never throws. */
  hear(hasSucceeded: boolean, options: { atOnce: boolean }): Promise<void>;
}

const MAX_TRIES = 8;
const MERGE_EVERY_MS = 1000;
/** What is not to be written is read anew when it is older. */
const FRESH_MS = 1000;
const nothing: Heard = { failures: 0, hasSucceeded: false };

export function vendorItem(
  { table, clock, ids, log }: LimitPorts,
  { provider, account, operation }: VendorCalls,
): VendorItem {
  const key = { partition: `limit#${provider}#${account}#${operation}`, sort: "limit" };
  let state = freshState;
  let version: number | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let heard = nothing;
  let mergedAt = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<void> {
    const item = await table.get(key);
    state = item ? stateOf(item.data) : freshState;
    version = item?.version ?? null;
    readAt = clock.now();
  }

  async function write(next: VendorState): Promise<boolean> {
    const written = { ...next, writtenAt: clock.now() };
    const put = await table.put({ ...key, data: dataOf(written) }, version === null ? "absent" : { version });
    if (put === null) return false;
    state = written;
    version = put;
    readAt = clock.now();
    return true;
  }

  /** What is known may be old: a write finds that out by its condition, and only what is not written has to be read. */
  async function attempt<T>(
    change: (state: VendorState, now: number) => { next: VendorState; result: T },
  ): Promise<{ result: T } | null> {
    const now = clock.now();
    const merging = heard;
    heard = nothing;
    const seen = asSeenAt(state, now);
    const { next, result } = change(merging === nothing ? seen : withHeard(seen, merging, now), now);
    let isDone = false;
    try {
      isDone = next === state ? Math.abs(now - readAt) < FRESH_MS : await write(next);
    } finally {
      if (isDone) mergedAt = now;
      else heard = followedBy(merging, heard);
    }
    return isDone ? { result } : null;
  }

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return turn;
  }

  const item: VendorItem = {
    known: () => asSeenAt(state, clock.now()),
    change(change) {
      return inTurn(async () => {
        if (readAt === Number.NEGATIVE_INFINITY) await read();
        for (let tries = 0; tries < MAX_TRIES; tries++) {
          const done = await attempt(change);
          if (done) return done.result;
          if (tries > 0) await clock.sleep(Math.min(100, 2 ** tries) * ids.random());
          await read();
        }
        return null;
      });
    },
    async hear(hasSucceeded, { atOnce }) {
      if (hasSucceeded && heard.failures === 0 && !heard.hasSucceeded && isQuiet(state)) return;
      heard = followedBy(heard, { failures: hasSucceeded ? 0 : 1, hasSucceeded });
      if (!atOnce && Math.abs(clock.now() - mergedAt) < MERGE_EVERY_MS) return;
      try {
        await item.change((next) => ({ next, result: true }));
      } catch (error) {
        log.warn({ error, provider }, "how a vendor's calls went was not written down");
      }
    },
  };
  return item;
}

function followedBy(before: Heard, after: Heard): Heard {
  if (after.hasSucceeded) return after;
  if (after.failures === 0) return before;
  return { failures: before.failures + after.failures, hasSucceeded: before.hasSucceeded };
}

function isQuiet({ breaker }: VendorState): boolean {
  return breaker.failures === 0 && breaker.openSince === null;
}
