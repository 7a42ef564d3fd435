// payment#{id}: whose order a payment is for, and what of it went back. Refunds and disputes name a payment only, and may be heard of before the order
// is known to be paid: so what they say is kept here, and whoever comes second finds it.
import { netCredits, type Order, type OrderKey } from "../credits/orders/order.ts";
import { dueShard } from "../ports/due.ts";
import type { ItemKey, JsonObject, NewItem } from "../ports/table.ts";
import type { PaymentDeps } from "./deps.ts";

export interface Dispute {
  /** In the currency's smallest unit. */
  amount: number;
  /** `open`: the money is withheld; `lost`: gone; `kept`: here, or here again. */
  outcome: "open" | "lost" | "kept";
  isFinal: boolean;
  /** When Stripe said so, in its seconds. */
  saidAt: number;
}

export interface PaymentFacts {
  /** One more with each change. */
  n: number;
  order: OrderKey | null;
  /** Of the whole payment; null until somebody has said it. */
  amount: number | null;
  /** All refunds together; it only grows. */
  refunded: number;
  disputes: Record<string, Dispute>;
  /** Of a payment that is for no order yet: of another business of the same account at Stripe, perhaps. Epoch milliseconds. */
  expiresAt?: number;
}

/** Longer than a payment may be under way. */
const UNKNOWN_FOR_MS = 60 * 86_400_000;

const nothing: PaymentFacts = { n: 0, order: null, amount: null, refunded: 0, disputes: {} };

type Deps = Pick<PaymentDeps, "table" | "clock" | "ids">;

/** Writes what `change` makes of the facts, which may be none yet; `change` is pure, and asked anew when somebody else was faster. */
export async function changeFacts(
  deps: Deps,
  paymentId: string,
  change: (facts: PaymentFacts) => PaymentFacts,
): Promise<PaymentFacts> {
  for (let conflicts = 0; ; conflicts++) {
    const item = await deps.table.get(keyOf(paymentId));
    const known = item ? (item.data as unknown as PaymentFacts) : nothing;
    const changed = change(known);
    if (changed === known) return known;
    const next = { ...changed, n: known.n + 1 };
    const condition = item ? { version: item.version } : "absent";
    if ((await deps.table.put(factsItem(deps, paymentId, next), condition)) !== null) return next;
    if (conflicts > 0) await deps.clock.sleep(Math.min(100, 2 ** conflicts) * deps.ids.random());
  }
}

export async function readFacts(deps: Deps, paymentId: string): Promise<PaymentFacts> {
  const item = await deps.table.get(keyOf(paymentId));
  return item ? (item.data as unknown as PaymentFacts) : nothing;
}

export function withRefund(facts: PaymentFacts, refund: { amount: number; refunded: number }): PaymentFacts {
  if (facts.amount === refund.amount && facts.refunded >= refund.refunded) return facts;
  return { ...facts, amount: refund.amount, refunded: Math.max(facts.refunded, refund.refunded) };
}

/** What is final stays; of the rest the latest word counts. */
export function withDispute(facts: PaymentFacts, id: string, said: Dispute): PaymentFacts {
  const known = facts.disputes[id];
  const isOld =
    known && (known.isFinal > said.isFinal || (known.isFinal === said.isFinal && known.saidAt >= said.saidAt));
  return isOld ? facts : { ...facts, disputes: { ...facts.disputes, [id]: said } };
}

export function withOrder(facts: PaymentFacts, order: OrderKey): PaymentFacts {
  return facts.order ? facts : { ...facts, order };
}

/** The share of the money that went back, in credits; a part of a credit stays with the user. */
export function creditsTaken({ credits, amount }: Pick<Order, "credits" | "amount">, facts: PaymentFacts): number {
  const disputed = Object.values(facts.disputes).filter(({ outcome }) => outcome !== "kept");
  const gone = facts.refunded + disputed.reduce((sum, dispute) => sum + dispute.amount, 0);
  const whole = facts.amount ?? amount;
  return gone >= whole ? credits : Math.floor((credits * gone) / whole);
}

/** The order with one more booking, when what it has brought is not what it should have. The same order when it knows these facts, or later ones. */
export function withFacts(order: Order, facts: PaymentFacts): Order {
  if (facts.n <= (order.factsSeen ?? 0)) return order;
  const seen = { ...order, factsSeen: facts.n };
  const taken = creditsTaken(order, facts);
  const difference = order.credits - taken - netCredits(order);
  if (difference === 0) return seen;
  const isDisputed = Object.values(facts.disputes).some(({ outcome }) => outcome !== "kept");
  const why = isDisputed ? "disputed" : "refunded";
  const description = difference < 0 ? `Payment ${why}` : "Payment no longer disputed";
  return { ...seen, bookings: [...order.bookings, { amount: difference, description }] };
}

function keyOf(paymentId: string): ItemKey {
  return { partition: `payment#${paymentId}`, sort: "payment" };
}

function factsItem({ clock }: Deps, paymentId: string, { expiresAt: _, ...facts }: PaymentFacts): NewItem {
  const key = keyOf(paymentId);
  if (facts.order) return { ...key, data: facts as unknown as JsonObject };
  const expiresAt = clock.now() + UNKNOWN_FOR_MS;
  const due = { kind: "expiring", shard: dueShard(key.partition), at: expiresAt };
  return { ...key, data: { ...facts, expiresAt } as unknown as JsonObject, due };
}
