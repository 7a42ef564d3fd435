// What a timer does with an order that is due: it asks Stripe what became of it, in case no event ever comes; and goes on with what somebody has left.
import { readAccount } from "../credits/account.ts";
import {
  LONGEST_PAUSE_MS,
  type Order,
  type OrderKey,
  orderItemKey,
  orderKeyOf,
  orderOf,
  readOrder,
  updateOrder,
} from "../credits/orders/order.ts";
import type { Item, ItemKey } from "../ports/table.ts";
import type { PaymentDeps } from "./deps.ts";
import { moveOrder, settleOrder, statusOf } from "./settle.ts";

export const FIRST_LOOK_MS = 2 * 60_000;
/** While it can be paid, its buyer waits: the pause doubles up to this. */
const LONGEST_OPEN_PAUSE_MS = 30 * 60_000;
/** Behind its time Stripe has closed the page for certain. */
const AFTER_EXPIRY_MS = 60_000;
/** Delayed payments take up to 14 days (https://docs.stripe.com/payments/bank-debits); behind this nobody waits any more. */
const GIVE_UP_AFTER_MS = 30 * 86_400_000;

/** Throws when Stripe or the table fail; it is looked at again later. */
export async function lookAtOrder(deps: PaymentDeps, item: ItemKey): Promise<void> {
  const key = orderKeyOf(item);
  const order = await readOrder(deps.table, key);
  if (!order || order.nextLookAt === null || order.nextLookAt > deps.clock.now()) return;
  if (order.status === "paid") return settleOrder(deps, key);
  // The pause is written first: whatever dies or fails behind it, the next look comes.
  await updateOrder(deps, key, (current) => ({
    ...current,
    looks: current.looks + 1,
    nextLookAt: nextLook(deps, current),
  }));
  if (order.status === "open" || order.status === "pending") await ask(deps, key, order);
  await removeAbandoned(deps, key);
}

/** Of a user who is being deleted. `kept`: it is paid, or a look will decide. */
export async function sweepOrder(deps: PaymentDeps, item: Item): Promise<"kept" | "changed"> {
  const order = orderOf(item);
  if (order.status === "paid" || order.isAbandoned) return "kept";
  const abandoned = (current: Order) =>
    current.isAbandoned ? null : { ...current, isAbandoned: true, nextLookAt: deps.clock.now() };
  await updateOrder(deps, orderKeyOf(item), abandoned);
  return "changed";
}

async function ask(deps: PaymentDeps, key: OrderKey, order: Order): Promise<void> {
  const now = deps.clock.now();
  const { session } = order;
  // Nobody was told where to pay: only whoever writes the session down tells it.
  if (!session) {
    if (order.isAbandoned || now >= order.expiresAt) await close(deps, key);
    return;
  }
  const isTooOld = now >= order.createdAt + GIVE_UP_AFTER_MS;
  const { stripe } = deps.payments ?? {};
  if (stripe && order.isAbandoned && order.status === "open") await stripe.expireSession(session.id);
  const found = stripe ? await stripe.readSession(session.id) : undefined;
  if (found) await moveOrder(deps, key, found, statusOf(found));
  const isUnknown = found === null && now >= order.expiresAt;
  if (isUnknown || isTooOld) await close(deps, key);
}

/** Nobody will pay it. Money that comes all the same still counts. */
async function close(deps: PaymentDeps, key: OrderKey): Promise<void> {
  const closed = await updateOrder(deps, key, (order) => {
    if (order.status !== "open" && order.status !== "pending") return null;
    const nextLookAt = order.isAbandoned ? order.nextLookAt : null;
    return { ...order, status: order.status === "open" ? "expired" : "failed", nextLookAt };
  });
  if (closed?.isWritten) deps.metrics.count("Orders", { outcome: closed.order.status });
}

function nextLook({ clock }: PaymentDeps, { status, looks, expiresAt }: Order): number {
  const now = clock.now();
  if (status === "pending" || now > expiresAt + AFTER_EXPIRY_MS) return now + LONGEST_PAUSE_MS;
  const pause = Math.min(FIRST_LOOK_MS * 2 ** (looks + 1), LONGEST_OPEN_PAUSE_MS);
  return Math.min(now + pause, Math.max(expiresAt + AFTER_EXPIRY_MS, now + FIRST_LOOK_MS));
}

/** What nobody has paid goes with its user. */
async function removeAbandoned(deps: PaymentDeps, key: OrderKey): Promise<void> {
  const item = await deps.table.get(orderItemKey(key));
  if (!item || !orderOf(item).isAbandoned || !["expired", "failed"].includes(orderOf(item).status)) return;
  const account = (await readAccount(deps.table, key.userId))?.account;
  if (!account || account.deletion) await deps.table.delete(item, { version: item.version });
}
