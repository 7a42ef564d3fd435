// GET /credits/orders: the user's orders of credits, newest first.
import { publicOrder } from "../../shared/credits/orders/order.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idCursor, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownOrder } from "../../shared/http/openapi/shapes/credits.ts";
import { ok } from "../../shared/http/results.ts";
import { listOrders as readOrders } from "../../shared/payments/list.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listOrders({ query: { limit, cursor }, user }: Accepted<undefined, typeof listQuery>) {
  const { orders, total, next } = await readOrders(requestRuntime().table, user.id, { limit, after: idCursor(cursor) });
  return ok(page(orders.map(publicOrder), total, next));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: listQuery,
    auth: "user",
    summary: "The caller's orders of credits, newest first.",
    answers: () => ({ 200: listOf(shownOrder) }),
  },
  listOrders,
);
