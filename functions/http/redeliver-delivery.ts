// POST /webhooks/deliveries/{id}/redeliver: have an outgoing webhook sent again, whatever has become of it.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownDelivery } from "../../shared/http/openapi/shapes/webhooks.ts";
import { accepted } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { deliveryIdPattern } from "../../shared/webhooks/delivery.ts";
import { publicDelivery, redeliver } from "../../shared/webhooks/read.ts";

async function redeliverDelivery({ params, user }: Accepted) {
  const delivery = await redeliver(requestRuntime(), user.id, params.id ?? "");
  requestRuntime().deliverSoon(delivery);
  return accepted(publicDelivery(delivery), "/api/v1/webhooks/deliveries");
}

export const handler = httpFunction(
  requestRuntime,
  {
    params: { id: deliveryIdPattern },
    auth: "user",
    summary: "Have an outgoing webhook sent again, whatever has become of it.",
    answers: () => ({ 202: shownDelivery }),
  },
  redeliverDelivery,
);
