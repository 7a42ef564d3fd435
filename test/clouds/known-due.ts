// What is due, by the items themselves: where the index may be behind, it alone cannot say that nothing is left to do.

import type { JobsDueKind } from "../../shared/jobs/timers/tick-jobs.ts";
import { type DueKind, dueKinds } from "../../shared/ports/due.ts";
import type { Due, ItemKey, Table } from "../../shared/ports/table.ts";

/** A part of the index that one of these items stands in. */
export interface Part {
  kind: JobsDueKind;
  shard: number;
}

export interface KnownDue {
  /** Epoch milliseconds; null: nothing will ever be due. */
  next: number | null;
  parts: Part[];
}

/** What only expires, and what others send. */
const others: readonly DueKind[] = ["idempotency", "expiring", "delivery", "mail"];

export async function knownDue(table: Table, keys: Iterable<ItemKey>): Promise<KnownDue> {
  const items = await Promise.all([...keys].map((key) => table.get(key)));
  const dues = items.flatMap((item) => (item?.due && isServed(item.due) ? [item.due] : []));
  const parts = new Map(dues.map(({ kind, shard }) => [`${kind} ${shard}`, { kind, shard }]));
  return { next: dues.length === 0 ? null : Math.min(...dues.map(({ at }) => at)), parts: [...parts.values()] };
}

function isServed(due: Due): due is Due & Part {
  return dueKinds.some((kind) => kind === due.kind && !others.includes(kind));
}
