// Asking for credits: the order is written first; then Stripe makes its page, under the order's id, so that whoever repeats it gets the same one; then the
// order says where that is. Dying in between leaves an order that a repeat goes on with, or that expires unpaid: nobody was told where to pay.
import type { CreditPack } from "../config/payments.ts";
import { requireOpen } from "../credits/account.ts";
import {
  type Order,
  type OrderKey,
  orderItem,
  orderOf,
  orderPrefix,
  readOrder,
  updateOrder,
} from "../credits/orders/order.ts";
import { requireAccount } from "../credits/public-credits.ts";
import { AppError } from "../errors/app-error.ts";
import { type IdempotencyKey, idUnderKey } from "../jobs/asking/idempotency.ts";
import type { PaymentDeps, Payments } from "./deps.ts";
import { FIRST_LOOK_MS } from "./look.ts";
import { type SessionWanted, StripeRefusal, type StripeSession } from "./stripe.ts";

/** Stripe takes half an hour to a day; a repeat may still make the page within the first hour and a half. */
const ORDER_MS = 2 * 60 * 60_000;
/** Of one user, unpaid and not expired. */
export const MAX_OPEN_ORDERS = 20;

/** Throws `not_found` where nothing is sold. */
export function requirePayments({ payments }: Pick<PaymentDeps, "payments">): Payments {
  if (payments) return payments;
  throw new AppError("not_found", { message: "Credits are not sold here. Redeem a code to add some." });
}

/** The order with the address of its page, and whether this call made it. Throws `unavailable` while Stripe cannot be asked: repeat it then. */
export async function checkOut(
  deps: PaymentDeps,
  { userId, packId, idempotency }: { userId: string; packId: string; idempotency: IdempotencyKey | null },
): Promise<{ order: Order; isNew: boolean }> {
  const { packs } = requirePayments(deps);
  const pack = packs.find(({ id }) => id === packId);
  const orderId = await idUnderKey(deps, userId, idempotency, deps.ids.uuid(), async () => {
    if (!pack)
      throw new AppError("not_found", {
        message: `There is no such pack. There is: ${packs.map(({ id }) => id).join(", ")}.`,
      });
    requireOpen(await requireAccount(deps.table, userId));
    await requireFewOpen(deps, userId);
  });
  const key = { userId, orderId };
  const isNew = pack !== undefined && (await putOrder(deps, key, pack));
  const order = await readOrder(deps.table, key);
  // The key is of a request that died before its order, and the pack is gone since.
  if (!order)
    throw new AppError("not_found", { message: "There is no such pack any more. Take a new Idempotency-Key." });
  return { order: await withSession(deps, order), isNew };
}

async function putOrder(deps: PaymentDeps, { userId, orderId }: OrderKey, pack: CreditPack): Promise<boolean> {
  const now = deps.clock.now();
  const { returnUrl } = requirePayments(deps);
  const { id: packId, name, credits, amount, currency } = pack;
  const order: Order = {
    ...{ id: orderId, userId, packId, name, credits, amount, currency, returnUrl },
    ...{ status: "open", session: null, paymentId: null, bookings: [], booked: 0 },
    ...{ expiresAt: now + ORDER_MS, createdAt: now, paidAt: null, nextLookAt: now + FIRST_LOOK_MS, looks: 0 },
  };
  const isNew = (await deps.table.put(orderItem(order), "absent")) !== null;
  if (isNew) deps.metrics.count("Orders", { outcome: "open" });
  return isNew;
}

async function withSession(deps: PaymentDeps, order: Order): Promise<Order> {
  if (order.status !== "open" || order.session || order.isAbandoned) return order;
  const session = await askForSession(deps, order);
  const key = { userId: order.userId, orderId: order.id };
  const told = await updateOrder(deps, key, (current) =>
    current.session ? null : { ...current, session: { id: session.id, url: session.url } },
  );
  if (!told) throw new AppError("not_found");
  return told.order;
}

async function askForSession(deps: PaymentDeps, order: Order): Promise<StripeSession> {
  const { id: orderId, userId, name, amount, currency, returnUrl, expiresAt } = order;
  const wanted: SessionWanted = { orderId, userId, name, amount, currency, returnUrl, expiresAt };
  try {
    return await requirePayments(deps).stripe.createSession(wanted);
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    deps.log.error({ error, userId, orderId }, "Stripe makes no page for an order");
    await updateOrder(deps, { userId, orderId }, (current) =>
      current.session || current.status !== "open" ? null : { ...current, status: "failed", nextLookAt: null },
    );
    throw new AppError("unavailable", { cause: error, retryAfterMs: 60_000 });
  }
}

async function requireFewOpen({ table, clock }: PaymentDeps, userId: string): Promise<void> {
  const query = { partition: `user#${userId}`, prefix: orderPrefix, order: "descending", limit: 100 } as const;
  const { items } = await table.query(query);
  const open = items.map(orderOf).filter(({ status, expiresAt }) => status === "open" && expiresAt > clock.now());
  if (open.length < MAX_OPEN_ORDERS) return;
  const soonest = Math.min(...open.map(({ expiresAt }) => expiresAt));
  throw new AppError("rate_limited", {
    message: `There are ${open.length} unpaid orders already. Pay one of them, or wait until they have expired.`,
    retryAfterMs: Math.max(1000, soonest - clock.now()),
  });
}
