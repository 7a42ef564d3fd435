// What a receiver gets: the body, made when it is sent, and the headers of Standard Webhooks.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import { Webhook } from "standardwebhooks";
import { type Delivery, deliveryId } from "./delivery.ts";

export interface Message {
  headers: Record<string, string>;
  body: string;
}

/** `timestamp` in the body is when the round ended; the one in the headers, epoch milliseconds as `now`, is when this try was made. */
export function messageOf(delivery: Delivery, ended: object, secrets: readonly string[], now: number): Message {
  const body = JSON.stringify({
    type: `${delivery.of ?? "job"}.${delivery.outcome}`,
    timestamp: new Date(delivery.endedAt).toISOString(),
    data: ended,
  });
  const id = deliveryId(delivery);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(now), body));
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    // While a secret is rotated, one signature by each: a receiver takes whichever it can verify.
    "webhook-signature": signatures.join(" "),
  };
  return { headers, body };
}
