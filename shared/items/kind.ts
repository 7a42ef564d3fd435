// A kind of item that several may change at once: how it is read and written, and what a clock that differs makes of its times.
import type { ItemKey, NewItem, Table } from "../ports/table.ts";

export interface Kind<T> {
  read(table: Table, key: ItemKey): Promise<Stored<T> | null>;
  item(value: T): NewItem;
  /** As this clock would have written it just now. Pure. */
  seen(value: T, now: number): T;
  /** A change was written: for what is measured. */
  wrote?(before: T, after: T): void;
}

export interface Stored<T> {
  value: T;
  version: number;
}

/** What every item says of itself that is taken in hand for a time. All times are epoch milliseconds. */
export interface Claimed {
  updatedAt: number;
  /** When the item was last written, whoever wrote it for whatever reason. Absent until the first change. */
  writtenAt?: number;
  lease: { token: string; until: number } | null;
  /** Claims since the last progress. */
  looks: number;
  /** When the next step is due; null when there is none. */
  dueAt: number | null;
  /** Until then the step is left to whoever takes the item's ticket; only then does a timer look. */
  ticketUntil: number;
  /** Tickets that were written since one was taken. */
  ticketsUnclaimed: number;
  /** Somebody looks at it every moment until then. Absent of what nobody stays with. */
  attendedUntil?: number;
  /** Counts the wishes that somebody looks at the item soon. */
  nudges: number;
  /** Decided once, for good until the next round; whoever owns the item then has lost it. */
  outcome: string | null;
}
