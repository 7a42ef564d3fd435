// Events on their way to a Lambda function: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
import { createDeliveries, type Deliveries, type DeliveryOptions } from "../delivery.ts";
import type { LambdaFunction } from "./instance.ts";

export interface AsyncInvocation<Event> {
  target: LambdaFunction;
  event: Event;
}

/** "Lambda retries function errors two more times", after one minute and two; here they are shorter. */
const asDocumented: DeliveryOptions = { retries: 2, delaysMs: [20, 40] };

export function invokeAsync<Event>(options: Partial<DeliveryOptions> = {}): Deliveries<AsyncInvocation<Event>> {
  return createDeliveries(
    async ({ target, event }) => {
      const outcome = await target.invoke(event);
      if (!("error" in outcome)) return "done";
      return outcome.error.errorType === "TooManyRequestsException" ? "throttled" : "failed";
    },
    { ...asDocumented, ...options },
  );
}
