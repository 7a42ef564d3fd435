// The timers, by hand: no tick, no lease of a part, only what they do with what is due.
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { dueHandlers, type JobsDueKind } from "../../shared/jobs/timers/tick-jobs.ts";
import { type DueKind, dueKinds } from "../../shared/ports/due.ts";
import { DUE_SHARDS, type ItemKey, type Table } from "../../shared/ports/table.ts";
import type { TestClock } from "./test-clock.ts";

const never = new AbortController().signal;

/** What the timer of this room looks at, but for what only expires. */
const others: readonly DueKind[] = ["idempotency", "expiring", "delivery", "mail"];
const kinds = dueKinds.filter((kind): kind is JobsDueKind => !others.includes(kind));

/** Looks once at everything that is due. */
export async function serveDue(deps: JobDeps): Promise<void> {
  for (const kind of kinds) {
    for (let shard = 0; shard < DUE_SHARDS; shard++) await servePart(deps, { kind, shard });
  }
}

/** Looks once at what is due in one part of the index. */
export async function servePart(deps: JobDeps, { kind, shard }: { kind: JobsDueKind; shard: number }): Promise<void> {
  const handlers: Record<JobsDueKind, (key: ItemKey, signal: AbortSignal) => Promise<void>> = dueHandlers(deps);
  const due = await deps.table.due({ kind, shard, before: deps.clock.now(), limit: 1000 });
  for (const entry of due) await handlers[kind](entry, never);
}

/** Moves time on to whatever falls due, and serves it, until nothing is due any more. */
export async function rest(deps: JobDeps, clock: TestClock): Promise<void> {
  for (let round = 0; round < 500; round++) {
    const next = await nextDue(deps.table);
    if (next === null) return;
    clock.moveTo(next);
    await serveDue(deps);
  }
  throw new Error("never at rest");
}

async function nextDue(table: Table): Promise<number | null> {
  const times: number[] = [];
  for (const kind of kinds) {
    for (let shard = 0; shard < DUE_SHARDS; shard++) {
      const [oldest] = await table.due({ kind, shard, before: Number.MAX_SAFE_INTEGER, limit: 1 });
      if (oldest) times.push(oldest.at);
    }
  }
  return times.length === 0 ? null : Math.min(...times);
}
