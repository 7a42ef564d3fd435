// What Stripe says of a session becomes the order's status; what is paid is put into the ledger, and what went back taken out of it. Every step may be
// repeated, by an event, its repetition or the timer: the order is due until nothing is left to do.

import { readAccount } from "../credits/account.ts";
import { bookOrder } from "../credits/orders/book.ts";
import { keyOf, type Order, type OrderKey, type OrderStatus, readOrder, updateOrder } from "../credits/orders/order.ts";
import type { PaymentDeps } from "./deps.ts";
import { changeFacts, readFacts, withFacts, withOrder } from "./facts.ts";
import type { StripeSession } from "./stripe.ts";

/** Whoever settles an order has it done by then; else a timer goes on. */
const SETTLE_REVIEW_MS = 30_000;

/** An order goes up, never down: what comes late says nothing new, and money counts whenever it comes. */
const rank: Readonly<Record<OrderStatus, number>> = { open: 0, pending: 1, expired: 2, failed: 2, paid: 3 };

/** `status`: what the session says, or an event about it. */
export async function moveOrder(
  deps: PaymentDeps,
  key: OrderKey,
  session: Pick<StripeSession, "id" | "url" | "paymentId">,
  status: OrderStatus,
): Promise<Order | null> {
  const now = deps.clock.now();
  const moved = await updateOrder(deps, key, (order) => {
    if (rank[status] <= rank[order.status]) return null;
    const known = order.session ?? { id: session.id, url: session.url };
    const next = { ...order, session: known, status, paymentId: session.paymentId ?? order.paymentId };
    if (status === "paid") return paid(next, now);
    if (status === "pending" || order.isAbandoned) return { ...next, nextLookAt: now };
    return { ...next, nextLookAt: null };
  });
  if (moved?.isWritten) {
    deps.metrics.count("Orders", { outcome: status });
    deps.log.info({ userId: key.userId, orderId: key.orderId, status }, "an order has moved");
  }
  if (moved?.order.status === "paid") await settleOrder(deps, key);
  return moved?.order ?? null;
}

export function statusOf(session: StripeSession): OrderStatus {
  if (session.isPaid) return "paid";
  if (session.status === "expired") return "expired";
  if (session.status === "open") return "open";
  return session.hasFailed ? "failed" : "pending";
}

function paid(order: Order, now: number): Order {
  const booking = { amount: order.credits, description: `Bought: ${order.name}` };
  return { ...order, paidAt: now, bookings: [booking], nextLookAt: now + SETTLE_REVIEW_MS };
}

/** Of a paid order: links its payment, books what is not booked, and then leaves it alone. */
export async function settleOrder(deps: PaymentDeps, key: OrderKey): Promise<void> {
  const order = await readOrder(deps.table, key);
  if (order?.status !== "paid") return;
  const facts = async () =>
    order.paymentId === null ? null : changeFacts(deps, order.paymentId, (known) => withOrder(known, key));
  for (;;) {
    const known = await facts();
    const updated = await updateOrder(deps, key, (current) => {
      const next = known ? withFacts(current, known) : current;
      return next === current ? null : { ...next, nextLookAt: deps.clock.now() + SETTLE_REVIEW_MS };
    });
    if (updated?.isWritten && updated.order.bookings.length > 1) measureTaken(deps, updated.order);
    await bookOrder(deps, key);
    // Whoever writes facts settles the order behind it; but they may have died, so what they wrote is looked at once more.
    const latest = order.paymentId === null ? null : await readFacts(deps, order.paymentId);
    if (latest?.n === known?.n) break;
  }
  await tellOfNobody(deps, key);
  await updateOrder(deps, key, (current) =>
    current.booked === current.bookings.length && current.nextLookAt !== null ? { ...current, nextLookAt: null } : null,
  );
}

/** Before facts of its payment are written: whoever dies behind that leaves the order to the timer. */
export async function makeDue(deps: PaymentDeps, key: OrderKey): Promise<void> {
  await updateOrder(deps, key, (order) => ({ ...order, nextLookAt: deps.clock.now() + SETTLE_REVIEW_MS }));
}

function measureTaken({ metrics, log }: PaymentDeps, order: Order): void {
  const { amount = 0, description } = order.bookings.at(-1) ?? {};
  metrics.count("Orders", { outcome: amount < 0 ? "takenBack" : "givenAgain" });
  log.warn({ ...keyOf(order), credits: amount, description }, "credits of an order went back, or came again");
}

/** Money of somebody who is not there any more: only the operator can give it back, at Stripe. */
async function tellOfNobody({ table, log }: PaymentDeps, key: OrderKey): Promise<void> {
  const account = (await readAccount(table, key.userId))?.account;
  if (account && !account.deletion) return;
  const order = await readOrder(table, key);
  if (!order || order.bookings.length > 1) return;
  log.error({ ...key, paymentId: order.paymentId }, "an order of a deleted user was paid: refund it at Stripe");
}
