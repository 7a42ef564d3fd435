// Buying credits over HTTP: what there is, the order, Stripe's calls, and what a stranger can do with them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, startApi } from "../http/api.ts";
import { SECRET_KEY, type StripeServer, startStripe, WEBHOOK_SECRET } from "../servers/stripe/server.ts";
import { packs } from "./world.ts";

let stripe: StripeServer;
let api: Api;

beforeAll(async () => {
  stripe = await startStripe(() => api.clock.now());
  api = await startApi({
    environment: {
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: stripe.url,
      CREDITS_RETURN_URL: "https://app.example.com/credits",
      CREDIT_PACKS: JSON.stringify(packs),
      RATE_LIMIT_PER_MINUTE: "600",
    },
  });
});
afterAll(async () => {
  await api.close();
  await stripe.close();
});

const checkOut = (token: string, key?: string, packId = "small") =>
  api.call("POST", "/credits/checkout", {
    token,
    json: { packId },
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });

const deliver = (event: object, options?: { secret?: string; secondsAgo?: number }) =>
  api.call("POST", "/webhooks/stripe", stripe.signed(event, options));

describe("credits that are sold", () => {
  it("are shown to anybody with their prices", async () => {
    const { status, body } = await api.call("GET", "/credits/packs");
    expect([status, body.data]).toEqual([200, { enabled: true, items: packs }]);
  });

  it("are ordered, paid at Stripe's page, and granted by its call, once", async () => {
    const { token } = await api.register("buyer");
    const made = await checkOut(token, "key 1");
    expect([made.status, made.body.data]).toMatchObject([
      201,
      {
        packId: "small",
        credits: 500,
        amount: 499,
        currency: "usd",
        status: "open",
        paidAt: null,
        creditsTakenBack: 0,
      },
    ]);
    const again = await checkOut(token, "key 1");
    expect([again.status, again.body.data]).toEqual([200, made.body.data]);
    const session = stripe.sessions.find(({ url }) => url === made.body.data.url);
    const paid = stripe.pay(session?.id ?? "");
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(paid)));
    expect(answers.map(({ status, body }) => [status, body.data])).toEqual(answers.map(() => [200, null]));
    expect((await api.call("GET", "/credits", { token })).body.data).toMatchObject({ balance: 600, totalEarned: 600 });
    const { items } = (await api.call("GET", "/credits/transactions", { token })).body.data;
    expect(items[0]).toMatchObject({ type: "purchase", amount: 500, orderId: made.body.data.id });
    expect(items.length).toBe(2);
    const list = (await api.call("GET", "/credits/orders", { token })).body.data;
    expect([list.total, list.items[0]]).toMatchObject([1, { status: "paid", url: null }]);
    await deliver(stripe.refund(session?.id ?? ""));
    const after = (await api.call("GET", "/credits/orders", { token })).body.data.items[0];
    expect([after.status, after.creditsTakenBack]).toEqual(["paid", 500]);
  });

  it("are listed page by page, and never another one's", async () => {
    const [{ token }, other] = [await api.register("pages"), await api.register("stranger")];
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await checkOut(token)).body.data.id);
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.call("GET", `/credits/orders?limit=2${cursor}`, { token });
      expect(body.data.total).toBe(5);
      seen.push(...body.data.items.map(({ id }: { id: string }) => id));
      cursor = body.data.nextCursor === null ? "" : `&cursor=${body.data.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(ids.toReversed());
    expect((await api.call("GET", "/credits/orders", { token: other.token })).body.data.items).toEqual([]);
    expect((await api.call("GET", "/credits/orders?cursor=x", { token })).status).toBe(400);
    expect((await api.call("GET", "/credits/orders")).status).toBe(401);
  });

  it("are refused for a pack that there is not, naming those that there are", async () => {
    const { token } = await api.register("asker");
    const { status, body } = await checkOut(token, undefined, "huge");
    expect([status, body.message]).toEqual([404, "There is no such pack. There is: small, big."]);
    expect((await checkOut(token, "k", "small")).status).toBe(201);
    expect((await checkOut(token, "k", "big")).status).toBe(422);
  });
});

describe("a call of Stripe", () => {
  it("that is not signed, signed by another, too old or no JSON is refused and changes nothing", async () => {
    const { token } = await api.register("robbed");
    const { url } = (await checkOut(token)).body.data;
    const paid = stripe.pay(stripe.sessions.find((each) => each.url === url)?.id ?? "");
    const { headers, body } = stripe.signed(paid);
    const changed = body.replace("complete", "complete ");
    const answers = [
      await api.call("POST", "/webhooks/stripe", { body }),
      await api.call("POST", "/webhooks/stripe", { headers, body: changed }),
      await deliver(paid, { secret: "whsec_another" }),
      await deliver(paid, { secondsAgo: 301 }),
      await api.call("POST", "/webhooks/stripe"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect((await api.call("POST", "/webhooks/stripe", { body: "x".repeat(256 * 1024 + 1) })).status).toBe(413);
    expect((await api.call("GET", "/credits", { token })).body.data.balance).toBe(100);
  });

  it("about something else is taken, so that it does not come again", async () => {
    expect((await deliver({ type: "customer.created", data: { object: {} } })).status).toBe(200);
    expect(
      (
        await deliver({
          type: "charge.refunded",
          data: { object: { payment_intent: "pi_x", amount: 5, amount_refunded: 5 } },
        })
      ).status,
    ).toBe(200);
  });

  it("leaves no secret in the log", () => {
    const all = api.lines.join("\n");
    for (const secret of [SECRET_KEY, WEBHOOK_SECRET, "checkout.stripe.com"]) expect(all).not.toContain(secret);
  });
});

describe("where credits are not sold", () => {
  it("nothing is shown, and asking is a 404 that says so", async () => {
    const quiet = await startApi();
    try {
      const { token } = await quiet.register("quiet");
      expect((await quiet.call("GET", "/credits/packs")).body.data).toEqual({ enabled: false, items: [] });
      const { status, body } = await quiet.call("POST", "/credits/checkout", { token, json: { packId: "small" } });
      expect([status, body.message]).toEqual([404, "Credits are not sold here. Redeem a code to add some."]);
      expect((await quiet.call("POST", "/webhooks/stripe", { body: "{}" })).status).toBe(404);
      expect((await quiet.call("GET", "/credits/orders", { token })).body.data.items).toEqual([]);
    } finally {
      await quiet.close();
    }
  });
});
