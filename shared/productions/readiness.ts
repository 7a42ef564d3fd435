// Whether the timers of this installation know productions. One of an older version would give their credits back: until a tick of this one
// has said so, nothing is started.
import { AppError } from "../errors/app-error.ts";
import type { ItemKey, Table } from "../ports/table.ts";

const key: ItemKey = { partition: "tick#productions", sort: "tick" };

const isKnown = new WeakSet<Table>();

/** Said by every tick; written once. */
export async function sayReadyForProductions({ table }: { table: Table }): Promise<void> {
  if (isKnown.has(table)) return;
  if (!(await table.get(key))) await table.put({ ...key, data: { version: 1 } }, "absent");
  isKnown.add(table);
}

/** Throws 503 until then. */
export async function requireReady({ table }: { table: Table }): Promise<void> {
  if (isKnown.has(table)) return;
  if (!(await table.get(key))) throw new AppError("unavailable", { retryAfterMs: 60_000 });
  isKnown.add(table);
}
