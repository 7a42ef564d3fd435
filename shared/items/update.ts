// The one way to change an item: read it, decide, write it if nobody else has; else read it again and decide again.
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { ItemKey, Table } from "../ports/table.ts";
import type { Kind, Stored } from "./kind.ts";

export interface UpdateDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
}

export interface Updated<T> extends Stored<T> {
  /** It was this call that wrote it. */
  isWritten: boolean;
}

/**
 * Writes what `change` makes of the item. `change` is pure and is asked anew whenever somebody else was faster; it gives null when
 * nothing is to be written. Answers the item as it is now; null when there is none. `known` saves the first read. What `change` gets is
 * what this clock would have written.
 */
export async function updateItem<T extends { writtenAt?: number }>(
  deps: UpdateDeps,
  kind: Kind<T>,
  key: ItemKey,
  change: (value: T) => T | null,
  known?: Stored<T>,
): Promise<Updated<T> | null> {
  let current = known ?? (await kind.read(deps.table, key));
  for (let conflicts = 0; current; conflicts++) {
    const changed = change(kind.seen(current.value, deps.clock.now()));
    if (!changed) return { ...current, isWritten: false };
    const next = { ...changed, writtenAt: deps.clock.now() };
    const version = await deps.table.put(kind.item(next), { version: current.version });
    if (version !== null) {
      kind.wrote?.(current.value, next);
      return { value: next, version, isWritten: true };
    }
    if (conflicts > 0) await deps.clock.sleep(Math.min(100, 2 ** conflicts) * deps.ids.random());
    current = await kind.read(deps.table, key);
  }
  return null;
}
