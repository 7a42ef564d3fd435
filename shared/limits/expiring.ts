// Items that lose their sense with time: the timer deletes them.
import type { Clock } from "../ports/clock.ts";
import { dueShard } from "../ports/due.ts";
import type { ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";

/** An item that the timer deletes at or after `expiresAt`, epoch milliseconds. Until then it may be written anew with a later time. */
export function expiringItem(key: ItemKey, data: JsonObject, expiresAt: number): NewItem {
  const due = { kind: "expiring", shard: dueShard(key.partition), at: expiresAt };
  return { ...key, data: { ...data, expiresAt }, due };
}

/** What the timer does. An item that was written meanwhile stays. */
export async function removeExpired({ table, clock }: { table: Table; clock: Clock }, key: ItemKey): Promise<void> {
  const item = await table.get(key);
  if (item && Number(item.data.expiresAt) <= clock.now()) await table.delete(key, { version: item.version });
}
