// Deliveries as their owner sees them, and having one sent again.
import { AppError } from "../errors/app-error.ts";
import type { Table } from "../ports/table.ts";
import {
  type Delivery,
  type DeliveryStatus,
  deliveryId,
  deliveryItemKey,
  deliveryOf,
  parseDeliveryId,
  updateDelivery,
} from "./delivery.ts";
import type { WebhookDeps } from "./deps.ts";
import { toBeSentAgain } from "./tries.ts";

export interface DeliveryPage {
  deliveries: Delivery[];
  /** Every delivery of the user; null with a filter. */
  total: number | null;
  /** Behind which id the next page goes on; null at the end. */
  next: string | null;
}

const PAGE = 1000;

/** Those of the newest jobs first. Whoever asks for a total or a filter pays for a look at all of them. */
export async function listDeliveries(
  table: Table,
  userId: string,
  query: { limit: number; after?: string | undefined; status?: DeliveryStatus | undefined },
): Promise<DeliveryPage> {
  const found: Delivery[] = [];
  let total = 0;
  const after = query.after === undefined ? null : parseDeliveryId(userId, query.after);
  const afterSort = after && deliveryItemKey(after).sort;
  for await (const delivery of allDeliveries(table, userId)) {
    total += 1;
    const isBehind = afterSort === null || deliveryItemKey(delivery).sort < afterSort;
    const fits = isBehind && (query.status ?? delivery.status) === delivery.status;
    if (fits && found.length <= query.limit) found.push(delivery);
  }
  const deliveries = found.slice(0, query.limit);
  const last = deliveries.at(-1);
  const next = found.length > query.limit && last ? deliveryId(last) : null;
  return { deliveries, total: query.status === undefined ? total : null, next };
}

async function* allDeliveries(table: Table, userId: string): AsyncGenerator<Delivery> {
  const query = { partition: `user#${userId}`, prefix: "delivery#", order: "descending", limit: PAGE } as const;
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ ...query, after });
    yield* page.items.map(deliveryOf);
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
}

/** Makes it due now, with another day of tries. `not_found` unless the user has such a delivery. */
export async function redeliver(
  deps: Pick<WebhookDeps, "table" | "clock" | "ids">,
  userId: string,
  id: string,
): Promise<Delivery> {
  const key = parseDeliveryId(userId, id);
  const delivery = key && (await updateDelivery(deps, key, (found) => toBeSentAgain(found, deps.clock.now())));
  if (!delivery) throw new AppError("not_found");
  return delivery;
}

export function publicDelivery(delivery: Delivery) {
  const { jobId, round, url, status, attempts, lastStatus, lastError } = delivery;
  return {
    id: deliveryId(delivery),
    jobId: delivery.of === "production" ? null : jobId,
    productionId: delivery.of === "production" ? jobId : null,
    round,
    url,
    status,
    attempts,
    lastStatus,
    lastError,
    nextAt: isoTime(delivery.nextAt),
    createdAt: isoTime(delivery.createdAt),
    deliveredAt: isoTime(delivery.deliveredAt),
  };
}

function isoTime(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
