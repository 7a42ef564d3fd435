// A world in which credits are sold: the job core's, with a Stripe on 127.0.0.1 that has the same clock.
import { expect } from "vitest";
import { netCredits, type Order, orderOf, orderPrefix } from "../../shared/credits/orders/order.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import type { Job } from "../../shared/jobs/job.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { checkOut } from "../../shared/payments/checkout.ts";
import type { PaymentDeps, Payments } from "../../shared/payments/deps.ts";
import { takeEvent } from "../../shared/payments/events.ts";
import { createStripe } from "../../shared/payments/stripe.ts";
import { type ProcessOptions, type World, worlds } from "../jobs/fixture.ts";
import { userId } from "../jobs/request.ts";
import { type Event, SECRET_KEY, type StripeServer, startStripe, WEBHOOK_SECRET } from "../servers/stripe/server.ts";

export const packs = [
  { id: "small", name: "500 credits", credits: 500, amount: 499, currency: "usd" },
  { id: "big", name: "A lot", credits: 9000, amount: 7000, currency: "cny" },
];

export interface Shop {
  w: World;
  stripe: StripeServer;
  /** Of one more process. */
  process(options?: ProcessOptions): PaymentDeps & JobDeps;
  /** Asks for a pack, under a key if there is one. */
  order(by?: PaymentDeps, key?: string, packId?: string): Promise<Order>;
  take(event: Event, by?: PaymentDeps): Promise<string>;
  orders(): Promise<Order[]>;
  /** `type amount` of each line behind the welcome. */
  lines(): Promise<string[]>;
  balance(): Promise<number>;
  /** Lets time pass, with what is due in it. */
  wait(ms: number): Promise<void>;
  /** The ledger is what the orders say, nothing is due, and no marker is left. */
  rests(jobs?: readonly Job[]): Promise<void>;
}

/** Call it at the top of a file. */
export function shops(): (options?: { isTogether?: boolean }) => Promise<Shop> {
  const open = worlds();
  return async (options = {}) => {
    let stripe: StripeServer | undefined;
    let payments: Payments | undefined;
    const w = await open({
      ...options,
      async payments(clock) {
        stripe = await startStripe(() => clock.now());
        const returnUrl = "https://app.example.com/credits?from=stripe";
        const client = createStripe({ secretKey: SECRET_KEY, apiBase: stripe.url });
        payments = { packs, returnUrl, webhookSecret: WEBHOOK_SECRET, stripe: client };
        return payments;
      },
    });
    if (!stripe || !payments) throw new Error("there is no shop");
    return shopOf(w, stripe, payments);
  };
}

function shopOf(w: World, stripe: StripeServer, payments: Payments): Shop {
  const process: Shop["process"] = (options) => ({ ...w.process(options), payments });
  const own = process();
  // A real tick logs what it could not serve, and serves the rest.
  const tick = () =>
    w.tick().catch((error) => {
      if (!(error instanceof AppError && error.type === "unavailable")) throw error;
    });
  const shop: Shop = {
    w,
    stripe,
    process,
    async order(by = own, key, packId = "small") {
      const idempotency = key === undefined ? null : { key, route: "checkout", body: { packId } };
      return (await checkOut(by, { userId, packId, idempotency })).order;
    },
    take: (event, by = own) => takeEvent(by, event),
    async orders() {
      const query = { partition: `user#${userId}`, prefix: orderPrefix, order: "ascending", limit: 1000 } as const;
      return (await w.table.query(query)).items.map(orderOf);
    },
    lines: async () => (await w.ledger()).slice(1).map(({ type, amount }) => `${type} ${amount}`),
    balance: async () => (await w.account()).balance,
    async wait(ms) {
      const until = w.clock.now() + ms;
      const step = Math.max(60_000, ms / 60);
      for (; w.clock.now() < until; w.clock.moveTo(Math.min(until, w.clock.now() + step))) await tick();
      await tick();
    },
    async rests(jobs = []) {
      await shop.wait(60_000);
      const [account, lines, orders] = [await w.account(), await w.ledger(), await shop.orders()];
      const olderLines = lines.filter(({ n }) => !account.lines.some((line) => line.n === n));
      const ledger = { account, olderLines, jobs, uploads: [], orders };
      expect(checkLedger(ledger, w.clock.now())).toEqual([]);
      expect([account.markers, account.givenBack ?? []]).toEqual([[], []]);
      for (const order of orders.filter(({ status }) => status === "paid")) {
        expect([order.nextLookAt, order.booked]).toEqual([null, order.bookings.length]);
      }
      const net = orders.reduce((sum, order) => sum + netCredits(order), 0);
      if (!account.deletion) expect(account.balance + account.spent).toBe(100 + net);
    },
  };
  return shop;
}
