// POST /credits/checkout: an order of a pack of credits, answered with the page where it is paid.
import * as z from "zod/mini";
import { publicOrder } from "../../shared/credits/orders/order.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownOrder } from "../../shared/http/openapi/shapes/credits.ts";
import { idempotencyKeyOf } from "../../shared/http/request-headers.ts";
import { created, ok } from "../../shared/http/results.ts";
import { text } from "../../shared/http/text.ts";
import { checkOut } from "../../shared/payments/checkout.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

export const accepts = z.strictObject({ packId: text({ min: 1, max: 32 }) });

async function startCheckout({ body, user, headers }: Accepted<typeof accepts>) {
  const key = idempotencyKeyOf(headers);
  const idempotency = key === null ? null : { key, route: "checkout", body };
  const { order, isNew } = await checkOut(requestRuntime(), { userId: user.id, packId: body.packId, idempotency });
  const shown = publicOrder(order);
  return isNew ? created(shown) : ok(shown);
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "user",
    headers: ["Idempotency-Key"],
    summary:
      "An order of a pack of credits. Its `url` is where it is paid, within two hours; its credits come with the payment.",
    answers: () => ({ 201: shownOrder, 200: shownOrder }),
    errors: ["not_found", "idempotency_mismatch", "unavailable"],
  },
  startCheckout,
);
