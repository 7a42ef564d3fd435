// GET /webhooks/deliveries: the user's outgoing webhooks and what became of them, newest first, by status if asked for.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { cursorLike, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownDelivery } from "../../shared/http/openapi/shapes/webhooks.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { deliveryIdPattern } from "../../shared/webhooks/delivery.ts";
import { listDeliveries, publicDelivery } from "../../shared/webhooks/read.ts";

const query = z.strictObject({
  ...listQuery.shape,
  status: z.optional(z.enum(["pending", "delivered", "dead"])),
});

async function listOwnDeliveries({ query: { limit, cursor, status }, user }: Accepted<undefined, typeof query>) {
  const after = cursorLike(deliveryIdPattern, cursor);
  const { deliveries, total, next } = await listDeliveries(requestRuntime().table, user.id, { limit, after, status });
  return ok(page(deliveries.map(publicDelivery), total, next));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary: "The caller's outgoing webhooks and what became of them, newest first.",
    answers: () => ({ 200: listOf(shownDelivery) }),
  },
  listOwnDeliveries,
);
