import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { creditsOf, type User, until } from "../api/user.ts";
import { request } from "../http/api.ts";
import { packs } from "../payments/world.ts";
import { SECRET_KEY, type StripeServer, startStripe, WEBHOOK_SECRET } from "../servers/stripe/server.ts";
import type { GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { AFTER_LEASES_S, AFTER_PATIENCE_S, inWorld, type StartOptions, type World, welcomeCredits } from "./world.ts";

const checkoutGaps: GapOf<"checkout">[] = [
  "checkout: after the key",
  "checkout: before the order",
  "checkout: after the order",
  "checkout: before the page is written down",
  "checkout: after the page was written down",
];

const paidGaps: GapOf<"paid">[] = [
  "paid: before the order is paid",
  "paid: after the order is paid",
  "paid: before the grant",
  "paid: after the grant",
  "paid: after the order says so",
  "paid: before the marker is removed",
  "paid: before the order is at rest",
];

let stripe: StripeServer;
beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());

const start = (world: World, options: StartOptions = {}) =>
  world.start({
    ...options,
    environment: {
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: stripe.url,
      CREDIT_PACKS: JSON.stringify(packs),
      CREDITS_RETURN_URL: "https://app.example.com/credits",
      ...options.environment,
    },
  });

const checkOut = (user: User) =>
  user.call("POST", "/credits/checkout", { json: { packId: "small" }, headers: { "idempotency-key": "one" } });

/** Its clock may be ahead: it is signed by that. */
const deliver = ({ url }: World, event: object, secondsLater = 0) =>
  request("POST", `${url}/api/v1/webhooks/stripe`, stripe.signed(event, { secondsAgo: -secondsLater }));

const sessionOf = (url: string) => stripe.sessions.find((each) => each.url === url)?.id ?? "";

describe.concurrent("a process that dies while a user orders credits", () => {
  test.for(checkoutGaps)("%s: the repeat has one order with one page, which is paid and granted once", (gap) =>
    inWorld(async (world) => {
      await start(world, { gap });
      const user = await world.register();
      await world.diesDuring(() => checkOut(user));
      await start(world);
      const { status, body } = await checkOut(user);
      expect([[200, 201].includes(status), body.data.status]).toEqual([true, "open"]);
      const own = stripe.sessions.filter(({ metadata }) => metadata.userId === user.userId);
      expect(own.map(({ url }) => url)).toEqual([body.data.url]);
      expect((await deliver(world, stripe.pay(sessionOf(body.data.url)))).status).toBe(200);
      await isGrantedOnce(world, user);
    }),
  );
});

describe.concurrent("a process that dies while it grants what was paid", () => {
  test.for(paidGaps)("%s: Stripe's next call grants it once", (gap) =>
    inWorld(async (world) => {
      const { user, event } = await diePaid(world, gap);
      await start(world, { secondsLater: AFTER_LEASES_S });
      expect((await deliver(world, event, AFTER_LEASES_S)).status).toBe(200);
      await isGrantedOnce(world, user);
    }),
  );

  test.for(paidGaps)("%s: without another call the timer grants it once", (gap) =>
    inWorld(async (world) => {
      const { user } = await diePaid(world, gap);
      await start(world, { secondsLater: AFTER_PATIENCE_S });
      await until(
        async () => (await creditsOf(user)).balance,
        (balance) => balance === welcomeCredits + 500,
      );
      await isGrantedOnce(world, user);
    }),
  );
});

async function diePaid(world: World, gap: GapOf<"paid">): Promise<{ user: User; event: object }> {
  await start(world, { gap });
  const user = await world.register();
  const { body } = await checkOut(user);
  const event = stripe.pay(sessionOf(body.data.url));
  await world.diesDuring(() => deliver(world, event));
  return { user, event };
}

async function isGrantedOnce(world: World, user: User): Promise<void> {
  const { items } = (await user.call("GET", "/credits/transactions")).body.data;
  expect(items.map(({ type, amount }: { type: string; amount: number }) => `${type} ${amount}`)).toEqual([
    "purchase 500",
    `grant ${welcomeCredits}`,
  ]);
  const { orders } = await checkAtRest(world, [user]);
  expect(orders).toMatchObject([{ status: "paid", booked: 1, nextLookAt: null }]);
}
