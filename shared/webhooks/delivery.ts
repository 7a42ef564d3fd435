// A delivery: what one receiver is to hear of one round of a job or of a production, and how far that has come.
import type { Clock } from "../ports/clock.ts";
import { dueShard } from "../ports/due.ts";
import type { Ids } from "../ports/ids.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";
import { broughtBack, GIVE_UP_AFTER_MS } from "./tries.ts";

export interface DeliveryKey {
  userId: string;
  /** The job's id; of a production its own. */
  jobId: string;
  round: number;
}

export type DeliveryStatus = "pending" | "delivered" | "dead";

export interface Delivery extends DeliveryKey {
  /** What has ended. Absent: a job. */
  of?: "production";
  /** How the round ended, whatever has become of the job since. */
  outcome: "completed" | "failed" | "cancelled";
  /** All times are epoch milliseconds. When the round ended. */
  endedAt: number;
  url: string;
  /** `delivered` and `dead` are final, until the owner has it sent again. */
  status: DeliveryStatus;
  /** Tries that were begun, ever. */
  attempts: number;
  /** Tries since it was put, or since the owner last had it sent again. */
  tries: number;
  /** A try that fails at or after this time is the last one. */
  giveUpAt: number;
  /** When it is tried next; null unless it is pending. */
  nextAt: number | null;
  /** Whoever is sending it now. A lease that ran out is a try whose end nobody knows: it is sent again, under the same id. */
  lease: { token: string; until: number } | null;
  /** The HTTP status of the latest answer; null when there was none. */
  lastStatus: number | null;
  /** One of our own sentences; nothing of what the receiver said. */
  lastError: string | null;
  createdAt: number;
  deliveredAt: number | null;
  /** When the item was last written, by the clock of whoever wrote it. */
  writtenAt: number;
}

/** A round of a job or a production that has ended, with its credits captured or given back, and the URL that is to hear of it. */
export interface RoundEnding extends DeliveryKey {
  of?: "production";
  outcome: Delivery["outcome"];
  endedAt: number;
  url: string;
}

interface Deps {
  table: Table;
  clock: Clock;
}

/** Makes the delivery, due at once. One that is there already is left alone: whoever closes the job may die and do it again. */
export async function putDelivery(deps: Deps, ending: RoundEnding): Promise<void> {
  const now = deps.clock.now();
  const delivery: Delivery = {
    ...ending,
    status: "pending",
    attempts: 0,
    tries: 0,
    giveUpAt: now + GIVE_UP_AFTER_MS,
    nextAt: now,
    lease: null,
    lastStatus: null,
    lastError: null,
    createdAt: now,
    deliveredAt: null,
    writtenAt: now,
  };
  await deps.table.put(deliveryItem(delivery), "absent");
}

/** The id that the API shows and that every try carries as `webhook-id`. */
export function deliveryId({ jobId, round }: Pick<DeliveryKey, "jobId" | "round">): string {
  return `${jobId}-${round}`;
}

/** What an id of a delivery looks like: a UUIDv7 and the round. */
export const deliveryIdPattern =
  /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})-([1-9][0-9]{0,5})$/;

/** Null when the text is not the id of a delivery. */
export function parseDeliveryId(userId: string, id: string): DeliveryKey | null {
  const [, jobId, round] = deliveryIdPattern.exec(id) ?? [];
  return jobId === undefined ? null : { userId, jobId, round: Number(round) };
}

export function deliveryItemKey({ userId, jobId, round }: DeliveryKey): ItemKey {
  return { partition: `user#${userId}`, sort: `delivery#${jobId}#${round}` };
}

/** Of an entry of the due index. */
export function deliveryKeyOf({ partition, sort }: ItemKey): DeliveryKey {
  const [, jobId = "", round = ""] = sort.split("#");
  return { userId: partition.slice("user#".length), jobId, round: Number(round) };
}

export function deliveryOf(item: Item): Delivery {
  return item.data as unknown as Delivery;
}

export function deliveryItem(delivery: Delivery): NewItem {
  const at = delivery.lease?.until ?? delivery.nextAt;
  return {
    ...deliveryItemKey(delivery),
    data: delivery as unknown as JsonObject,
    due: at === null ? undefined : { kind: "delivery", shard: dueShard(delivery.userId), at },
  };
}

/** Null when there is none. */
export async function readDelivery(deps: Deps, key: DeliveryKey): Promise<Delivery | null> {
  const item = await deps.table.get(deliveryItemKey(key));
  return item && broughtBack(deliveryOf(item), deps.clock.now());
}

/**
 * Writes what `change` makes of the delivery; `change` is pure and asked anew when somebody else was faster. Null when there is no
 * delivery, or `change` gives null: then nothing was written.
 */
export async function updateDelivery(
  deps: Deps & { ids: Ids },
  key: DeliveryKey,
  change: (delivery: Delivery) => Delivery | null,
): Promise<Delivery | null> {
  for (let conflicts = 0; ; conflicts++) {
    const item = await deps.table.get(deliveryItemKey(key));
    const changed = item && change(broughtBack(deliveryOf(item), deps.clock.now()));
    if (!changed) return null;
    const next = { ...changed, writtenAt: deps.clock.now() };
    if ((await deps.table.put(deliveryItem(next), { version: item.version })) !== null) return next;
    if (conflicts > 0) await deps.clock.sleep(Math.min(100, 2 ** conflicts) * deps.ids.random());
  }
}
