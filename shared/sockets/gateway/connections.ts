// Connections of a gateway as the table keeps them, each with its end: found by whose and which production they follow, and by their own id.
import { expiringItem } from "../../limits/expiring.ts";
import type { ItemKey, JsonObject, Table } from "../../ports/table.ts";

export interface Listener {
  connectionId: string;
  userId: string;
  productionId: string;
  /** Of the token that it was opened with: one of another version has ended. */
  tokenVersion: number;
  /** The number of the newest event that was sent. What is written late is sent twice, and never left out. */
  seen: number;
  /** Epoch milliseconds; when its token ends, or the gateway ends it. */
  endsAt: number;
}

export interface StoredListener {
  listener: Listener;
  version: number;
}

type Deps = { table: Table };

/**
 * Null when the connection follows another production already. The timer deletes what is over; a message that comes meanwhile finds nobody. Done
 * twice, or by somebody who died in between, it is done once.
 */
export async function putListener({ table }: Deps, listener: Listener): Promise<StoredListener | null> {
  const { connectionId, userId, productionId, endsAt } = listener;
  const pointer = expiringItem(pointerKey(connectionId), { userId, productionId }, endsAt);
  // By it a connection says that it is gone: so it comes first. It may follow one production only.
  if ((await table.put(pointer, "absent")) === null) {
    const there = (await table.get(pointer))?.data;
    if (there?.userId !== userId || there.productionId !== productionId) return null;
  }
  const version = await table.put(itemOf(listener), "absent");
  return version === null ? findListener({ table }, connectionId) : { listener, version };
}

/** Of the connection itself; null when it follows nothing. */
export async function findListener({ table }: Deps, connectionId: string): Promise<StoredListener | null> {
  const pointer = await table.get(pointerKey(connectionId));
  if (!pointer) return null;
  const { userId, productionId } = pointer.data as unknown as Pick<Listener, "userId" | "productionId">;
  const item = await table.get(listenerKey({ connectionId, userId, productionId }));
  return item && { listener: item.data as unknown as Listener, version: item.version };
}

/** At most `limit` of a user, those of one production when it is named. */
export async function listListeners(
  { table }: Deps,
  { userId, productionId, limit }: { userId: string; productionId?: string; limit: number },
): Promise<StoredListener[]> {
  const prefix = productionId === undefined ? "" : `${productionId}#`;
  const { items } = await table.query({ partition: partitionOf(userId), prefix, order: "ascending", limit });
  return items.map(({ data, version }) => ({ listener: data as unknown as Listener, version }));
}

/** Whoever else has sent more has written so: then theirs stays. */
export async function writeSeen({ table }: Deps, { listener, version }: StoredListener, seen: number): Promise<void> {
  await table.put(itemOf({ ...listener, seen }), { version });
}

export async function removeListener({ table }: Deps, { connectionId, ...named }: Listener): Promise<void> {
  for (const key of [listenerKey({ connectionId, ...named }), pointerKey(connectionId)]) {
    const item = await table.get(key);
    // Somebody may just have written that it has seen more: the next one who finds it gone removes it, or its time.
    if (item) await table.delete(key, { version: item.version });
  }
}

function itemOf(listener: Listener) {
  return expiringItem(listenerKey(listener), { ...listener } as JsonObject, listener.endsAt);
}

function partitionOf(userId: string): string {
  return `sockets#${userId}`;
}

function listenerKey({
  userId,
  productionId,
  connectionId,
}: Pick<Listener, "userId" | "productionId" | "connectionId">): ItemKey {
  return { partition: partitionOf(userId), sort: `${productionId}#${connectionId}` };
}

function pointerKey(connectionId: string): ItemKey {
  return { partition: `socket#${connectionId}`, sort: "socket" };
}
