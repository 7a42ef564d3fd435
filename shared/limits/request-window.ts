// What all instances have taken of one caller's allowance: an item for each caller, with the minute or hour that it counts.
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Item, Table } from "../ports/table.ts";
import { expiringItem } from "./expiring.ts";

/** How often somebody may do something in a window of time. */
export interface Allowance {
  /** What is counted; names the items. */
  of: string;
  most: number;
  windowMs: number;
  /** What an instance spends in each window before the table hears of it. */
  unheard: number;
  /** What an instance takes of so many that are left: large slices mean few writes, small ones little lost with an instance that dies. */
  slice(left: number): number;
}

/** So that a caller who comes every few minutes finds the item again, and one who is gone leaves nothing behind. */
const KEPT_MS = 3_600_000;
const MAX_TRIES = 6;

export interface Window {
  /** Epoch milliseconds, by the clock of whoever began it. */
  startsAt: number;
  /** Requests that instances have taken, spent or not. */
  taken: number;
}

/** What an instance may spend by itself until the window ends. 0: nothing is left. */
export interface Slice {
  startsAt: number;
  granted: number;
}

/**
 * Clocks differ: a window that begins in the future was begun by a faster clock, and counts. One that begins more than a whole window
 * ahead came of a clock that was wrong.
 */
export function isCurrent({ startsAt }: { startsAt: number }, { windowMs }: Allowance, now: number): boolean {
  return now < startsAt + windowMs && startsAt <= now + windowMs;
}

/**
 * Takes a slice of the caller's allowance in one conditional write, together with what the instance has spent already (`own`).
 * A window that is over is followed by the instance's own. Throws what the table throws, and when others were faster again and again.
 */
export async function takeSlice(
  { table, clock, ids }: { table: Table; clock: Clock; ids: Ids },
  caller: string,
  { own, allowance }: { own: Window; allowance: Allowance },
): Promise<Slice> {
  const key = { partition: `limit#${allowance.of}#${caller}`, sort: "window" };
  for (let n = 0; n < MAX_TRIES; n++) {
    const item = await table.get(key);
    const known = item && windowOf(item);
    const { startsAt, taken } = known && isCurrent(known, allowance, clock.now()) ? known : { ...own, taken: 0 };
    const left = Math.max(0, allowance.most - taken - own.taken);
    const granted = Math.min(left, allowance.slice(left));
    if (granted + own.taken === 0) return { startsAt, granted };
    const data = { startsAt, taken: taken + own.taken + granted };
    const next = expiringItem(key, data, startsAt + allowance.windowMs + KEPT_MS);
    if (await table.put(next, item ? { version: item.version } : "absent")) return { startsAt, granted };
    await clock.sleep(10 * 2 ** n * ids.random());
  }
  throw new Error("others took of this caller's allowance again and again");
}

function windowOf({ data }: Item): Window {
  return { startsAt: Number(data.startsAt), taken: Number(data.taken) };
}
