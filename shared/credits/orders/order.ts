// An order: credits that a user pays money for, and how far that has come. Who takes the money is of no matter here.
import type { Kind } from "../../items/kind.ts";
import { type UpdateDeps, updateItem } from "../../items/update.ts";
import { dueShard } from "../../ports/due.ts";
import type { ItemKey, JsonObject, NewItem, Table } from "../../ports/table.ts";

export interface OrderKey {
  userId: string;
  orderId: string;
}

/**
 * - `open`: it can be paid.
 * - `pending`: its buyer has done all they can; the money is still under way, for days perhaps.
 * - `expired`, `failed`: nobody has paid. Should money come all the same, it is `paid`.
 * - `paid`: final. What is given back afterwards stands in its bookings.
 */
export type OrderStatus = "open" | "pending" | "expired" | "failed" | "paid";

/** Credits that go into the account because of the order, or out of it again; numbered from 1 by their place. */
export interface Booking {
  /** Signed, never 0. */
  amount: number;
  /** The user reads it in the ledger. */
  description: string;
}

export interface Order {
  id: string;
  userId: string;
  /** A copy of what was asked for: today's packs are of no matter. */
  packId: string;
  name: string;
  credits: number;
  /** In the currency's smallest unit. */
  amount: number;
  currency: string;
  returnUrl: string;
  status: OrderStatus;
  /** Of the page where it is paid; null while nobody knows whether there is one. */
  session: { id: string; url: string | null } | null;
  /** What refunds and disputes name. */
  paymentId: string | null;
  bookings: Booking[];
  /** So many of them are in the ledger; the next one may be, while its marker is on the account. */
  booked: number;
  /** Up to which word on its payment it was settled. */
  factsSeen?: number;
  /** All times are epoch milliseconds. Until then it can be paid. */
  expiresAt: number;
  createdAt: number;
  paidAt: number | null;
  /** When a timer looks at it; null when there is nothing left to do. */
  nextLookAt: number | null;
  /** How often one has looked while it was not paid. */
  looks: number;
  /** Its user is being deleted: nobody shall pay it any more. */
  isAbandoned?: boolean;
  writtenAt?: number;
}

/** No look is ever put off for longer: what says more was written by a clock that was ahead. */
export const LONGEST_PAUSE_MS = 6 * 60 * 60_000;

export const orderPrefix = "order#";

export function orderItemKey({ userId, orderId }: OrderKey): ItemKey {
  return { partition: `user#${userId}`, sort: `${orderPrefix}${orderId}` };
}

/** Of an entry of the due index. */
export function orderKeyOf({ partition, sort }: ItemKey): OrderKey {
  return { userId: partition.slice("user#".length), orderId: sort.slice(orderPrefix.length) };
}

export function keyOf({ userId, id }: Pick<Order, "userId" | "id">): OrderKey {
  return { userId, orderId: id };
}

export function orderOf(item: Pick<NewItem, "data">): Order {
  return item.data as unknown as Order;
}

export function orderItem(order: Order): NewItem {
  const at = order.nextLookAt;
  return {
    ...orderItemKey(keyOf(order)),
    data: order as unknown as JsonObject,
    due: at === null ? undefined : { kind: "order", shard: dueShard(order.userId), at },
  };
}

/** Null when there is none. */
export async function readOrder(table: Table, key: OrderKey): Promise<Order | null> {
  const item = await table.get(orderItemKey(key));
  return item && orderOf(item);
}

/** Writes what `change` makes of the order; null: nothing. Answers it as it is now; null when there is none. */
export async function updateOrder(
  deps: UpdateDeps,
  key: OrderKey,
  change: (order: Order) => Order | null,
): Promise<{ order: Order; isWritten: boolean } | null> {
  const updated = await updateItem(deps, kind, orderItemKey(key), change);
  return updated && { order: updated.value, isWritten: updated.isWritten };
}

const kind: Kind<Order> = {
  async read(table, key) {
    const item = await table.get(key);
    return item && { value: orderOf(item), version: item.version };
  },
  item: orderItem,
  seen(order, now) {
    if (order.nextLookAt === null || order.nextLookAt <= now + LONGEST_PAUSE_MS) return order;
    return { ...order, nextLookAt: now };
  },
};

/** Credits that the order has brought, less those that went back. */
export function netCredits({ bookings }: Pick<Order, "bookings">): number {
  return bookings.reduce((sum, { amount }) => sum + amount, 0);
}

/** What the API shows. */
export function publicOrder(order: Order) {
  const { id, packId, name, credits, amount, currency, status, session } = order;
  return {
    id,
    packId,
    name,
    credits,
    amount,
    currency,
    status,
    url: status === "open" ? (session?.url ?? null) : null,
    creditsTakenBack: status === "paid" ? credits - netCredits(order) : 0,
    createdAt: isoTime(order.createdAt),
    expiresAt: isoTime(order.expiresAt),
    paidAt: order.paidAt === null ? null : isoTime(order.paidAt),
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
