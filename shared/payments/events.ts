// Events of Stripe (https://docs.stripe.com/api/events/types): they may come twice, late, out of order and two at once. Each only says what is so of a
// session or a payment; what follows from it is done by steps that may be repeated (settle). It is taken when those are done, and asked for again else.
import { type OrderKey, type OrderStatus, readOrder } from "../credits/orders/order.ts";
import { isUuidV7 } from "../ports/ids.ts";
import type { PaymentDeps } from "./deps.ts";
import { changeFacts, type Dispute, type PaymentFacts, readFacts, withDispute, withRefund } from "./facts.ts";
import { makeDue, moveOrder, settleOrder, statusOf } from "./settle.ts";
import { isSignedByStripe } from "./signature.ts";
import { objectOf, readableSession, type StripeSession } from "./stripe.ts";

/** `ignored`: it is of no matter here, or not ours: the account at Stripe may have other business. Both are taken. */
export type Taken = "taken" | "ignored";

/** `event`: signed by Stripe; of any version. */
export async function takeEvent(deps: PaymentDeps, event: unknown): Promise<Taken> {
  const { type, created, data } = objectOf(event);
  const { object } = objectOf(data);
  const saidAt = typeof created === "number" ? created : 0;
  switch (type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
    case "checkout.session.expired":
      return takeSession(deps, object, statusOf);
    case "checkout.session.async_payment_failed":
      return takeSession(deps, object, () => "failed");
    case "charge.refunded":
      return takeRefund(deps, objectOf(object));
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
      return takeDispute(deps, objectOf(object), saidAt);
    default:
      return "ignored";
  }
}

async function takeSession(
  deps: PaymentDeps,
  object: unknown,
  statusFrom: (session: StripeSession) => OrderStatus,
): Promise<Taken> {
  const session = readableSession(object);
  const key = session && orderKeyIn(session);
  if (!key) return "ignored";
  const order = await readOrder(deps.table, key);
  if (!order || (order.session && order.session.id !== session.id)) {
    deps.log.warn({ ...key, sessionId: session.id }, "Stripe tells of a session that is of no order here");
    return "ignored";
  }
  await moveOrder(deps, key, session, statusFrom(session));
  return "taken";
}

/** By what only we can write into a session: anybody who opens a payment link can say a `client_reference_id`. */
function orderKeyIn({ metadata: { orderId, userId } }: StripeSession): OrderKey | null {
  if (typeof orderId !== "string" || typeof userId !== "string") return null;
  return isUuidV7(orderId) && isUuidV7(userId) ? { userId, orderId } : null;
}

async function takeRefund(deps: PaymentDeps, charge: Record<string, unknown>): Promise<Taken> {
  const { payment_intent: paymentId, amount, amount_refunded: refunded } = charge;
  if (typeof paymentId !== "string" || !isAmount(amount) || !isAmount(refunded)) return "ignored";
  return takeFact(deps, paymentId, (facts) => withRefund(facts, { amount, refunded }));
}

async function takeDispute(deps: PaymentDeps, dispute: Record<string, unknown>, saidAt: number): Promise<Taken> {
  const { id, payment_intent: paymentId, amount, status } = dispute;
  if (typeof id !== "string" || typeof paymentId !== "string" || !isAmount(amount)) return "ignored";
  return takeFact(deps, paymentId, (facts) => withDispute(facts, id, { amount, saidAt, ...outcomeOf(status) }));
}

/** https://docs.stripe.com/api/disputes/object#dispute_object-status. With an inquiry, `warning_…`, no money is withheld. */
function outcomeOf(status: unknown): Pick<Dispute, "outcome" | "isFinal"> {
  if (status === "lost") return { outcome: "lost", isFinal: true };
  if (status === "won" || status === "warning_closed" || status === "prevented")
    return { outcome: "kept", isFinal: true };
  return { outcome: String(status).startsWith("warning_") ? "kept" : "open", isFinal: false };
}

async function takeFact(
  deps: PaymentDeps,
  paymentId: string,
  change: (facts: PaymentFacts) => PaymentFacts,
): Promise<Taken> {
  const before = (await readFacts(deps, paymentId)).order;
  if (before) await makeDue(deps, before);
  const { order } = await changeFacts(deps, paymentId, change);
  if (!order) return "ignored";
  await settleOrder(deps, order);
  return "taken";
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Null: Stripe has signed it, and it is no JSON. `now`: epoch milliseconds. */
export function readEvent(
  { header, body, secret }: { header: string; body: Uint8Array; secret: string },
  now: number,
): unknown | "forged" {
  if (!isSignedByStripe(header, body, { secret, now })) return "forged";
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return null;
  }
}
