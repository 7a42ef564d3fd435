// What runs productions in tests of the engine: tickets, and timers that look at whatever is due.
import { runJob } from "../../shared/jobs/moving/run.ts";
import { dueHandlers, type JobsDueKind } from "../../shared/jobs/timers/tick-jobs.ts";
import { parseTicketKey } from "../../shared/media/keys.ts";
import { type DueKind, dueKinds, dueShard } from "../../shared/ports/due.ts";
import type { Table } from "../../shared/ports/table.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";

export const userId = "01900000-0000-7000-8000-00000000aaaa";

export const signal = new AbortController().signal;

export async function runTicket(deps: ProductionDeps, ticket: string): Promise<void> {
  const named = parseTicketKey(ticket);
  if (named) await runJob(deps, named, { stayMs: 0, signal });
}

/** What the timers look at, but for what only expires. */
const others: readonly DueKind[] = ["idempotency", "expiring", "delivery", "mail"];
const kinds = dueKinds.filter((kind): kind is JobsDueKind => !others.includes(kind));
/** There is one user in these worlds. */
const parts = kinds.map((kind) => ({ kind, shard: dueShard(userId) }));

export async function nextDue(table: Table): Promise<number | null> {
  let next: number | null = null;
  for (const part of parts) {
    const [first] = await table.due({ ...part, before: Number.MAX_SAFE_INTEGER, limit: 1 });
    if (first) next = Math.min(next ?? first.at, first.at);
  }
  return next;
}

export async function serveDue(deps: ProductionDeps): Promise<void> {
  const handlers = dueHandlers(deps);
  for (const { kind, shard } of parts) {
    const due = await deps.table.due({ kind, shard, before: deps.clock.now(), limit: 100 });
    for (const entry of due) await handlers[kind](entry, signal);
  }
}
