// A user's orders, newest first.
import { type Order, orderItemKey, orderOf, orderPrefix } from "../credits/orders/order.ts";
import type { Table } from "../ports/table.ts";

const PAGE = 1000;

/** `next`: behind which id the next page goes on; null at the end. `total` counts them all. */
export async function listOrders(
  table: Table,
  userId: string,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<{ orders: Order[]; total: number; next: string | null }> {
  const query = { partition: `user#${userId}`, prefix: orderPrefix, order: "descending" } as const;
  const start = after === undefined ? undefined : orderItemKey({ userId, orderId: after }).sort;
  const page = await table.query({ ...query, limit, after: start });
  const orders = page.items.map(orderOf);
  const next = page.isLast ? null : (orders.at(-1)?.id ?? null);
  return { orders, total: await count(), next };

  async function count(): Promise<number> {
    let total = 0;
    for (let behind: string | undefined, isLast = false; !isLast; ) {
      const { items, isLast: isOver } = await table.query({ ...query, limit: PAGE, after: behind });
      total += items.length;
      behind = items.at(-1)?.sort;
      isLast = isOver;
    }
    return total;
  }
}
