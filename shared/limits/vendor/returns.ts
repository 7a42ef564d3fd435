// When those come back who found no place: one after the other as fast as the vendor takes them, and each user's in line behind their own.
import type { Ids } from "../../ports/ids.ts";

export interface Returns {
  /** Epoch milliseconds, not before `at`. */
  next(user: string, at: number, everyMs: number): number;
}

/** Nobody is sent away for longer than this because of others who were sent away before. */
const LONGEST_MS = 5 * 60_000;
const SHORTEST_SPREAD_MS = 250;

/**
 * With ten users in line, each one's next job comes back ten places behind the one before: so a user with one job waits for one place of
 * everybody else, and one with a thousand for their own. Nothing is reserved by it; it only spreads who asks.
 */
export function createReturns(ids: Pick<Ids, "random">): Returns {
  const ends = new Map<string, number>();
  return {
    next(user, at, everyMs) {
      for (const [name, end] of ends) if (end <= at) ends.delete(name);
      const before = ends.get(user) ?? at;
      const inLine = ends.has(user) ? ends.size : ends.size + 1;
      const end = Math.min(at + LONGEST_MS, before + everyMs * inLine);
      ends.set(user, end);
      const spreadMs = Math.max(SHORTEST_SPREAD_MS, everyMs * inLine, (before - at) / 10);
      return Math.ceil(before + ids.random() * spreadMs);
    },
  };
}
