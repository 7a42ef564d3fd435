// Credits that are bought: each payment is in the ledger once, whatever Stripe says how often, in which order and how many at once; what goes back at the
// bank goes back here.
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { MAX_OPEN_ORDERS } from "../../shared/payments/checkout.ts";
import { userId } from "../jobs/request.ts";
import { SECRET_KEY } from "../servers/stripe/server.ts";
import { shops } from "./world.ts";

const open = shops();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const typeOf = (work: Promise<unknown>) => work.catch((error) => (error instanceof AppError ? error.type : error));

describe.each([false, true])("With a table that writes items together: %s, an order", (isTogether) => {
  it("has a page, is paid, and its credits are there once", async () => {
    const { order, stripe, take, lines, balance, orders, rests } = await open({ isTogether });
    const { id, session, status } = await order();
    const [made] = stripe.sessions;
    expect([status, session]).toEqual(["open", { id: made?.id, url: made?.url }]);
    expect(made).toMatchObject({
      client_reference_id: id,
      metadata: { orderId: id, userId },
      amount_total: 499,
      currency: "usd",
    });
    const paid = stripe.pay(session?.id ?? "");
    expect(await take(paid)).toBe("taken");
    expect([await lines(), await balance()]).toEqual([["purchase 500"], 600]);
    expect(await orders()).toMatchObject([{ id, status: "paid", booked: 1, nextLookAt: null }]);
    await rests();
    expect(stripe.refusals).toEqual([]);
  });

  it("whose event comes twenty times, at once and again, by three processes, is granted once", async () => {
    const { order, stripe, take, lines, process, rests } = await open({ isTogether });
    const paid = stripe.pay((await order()).session?.id ?? "");
    const processes = [process(), process(), process()];
    const at = (i: number) => processes[i % 3];
    await Promise.all(Array.from({ length: 20 }, (_, i) => take(paid, at(i))));
    await take(paid, process());
    expect(await lines()).toEqual(["purchase 500"]);
    await rests();
  });
});

describe("checking out", () => {
  it("by one key is one order and one page, however often and however many at once", async () => {
    const { order, stripe, orders, process } = await open();
    const all = await Promise.all(Array.from({ length: 12 }, () => order(process(), "key")));
    all.push(await order(process(), "key"));
    expect([new Set(all.map(({ id }) => id)).size, (await orders()).length, stripe.sessions.length]).toEqual([1, 1, 1]);
    expect(new Set(all.map(({ session }) => session?.id)).size).toBe(1);
    expect(await typeOf(order(process(), "key", "big"))).toBe("idempotency_mismatch");
  });

  it("whose answer Stripe loses gets the same page by a repeat", async () => {
    const { order, stripe, orders } = await open();
    stripe.faults.push("lost");
    expect(await typeOf(order(undefined, "key"))).toBe("unavailable");
    const again = await order(undefined, "key");
    expect([stripe.sessions.map(({ id }) => id), (await orders()).length]).toEqual([[again.session?.id], 1]);
  });

  it.each([429, 500, 503, "cut"] as const)(
    "while Stripe answers with %s is unavailable, and works by a repeat",
    async (fault) => {
      const { order, stripe } = await open();
      stripe.faults.push(fault);
      expect(await typeOf(order(undefined, "key"))).toBe("unavailable");
      expect((await order(undefined, "key")).session).not.toBeNull();
      expect(stripe.sessions.length).toBe(1);
    },
  );

  it.each([400, 401] as const)("that Stripe refuses with %s fails the order, and says so in the log", async (fault) => {
    const { order, stripe, orders, w } = await open();
    stripe.faults.push(fault);
    expect(await typeOf(order())).toBe("unavailable");
    expect((await orders()).map(({ status, nextLookAt }) => [status, nextLookAt])).toEqual([["failed", null]]);
    expect(w.log.map(({ message }) => message)).toEqual(["Stripe makes no page for an order"]);
    w.log.length = 0;
  });

  it("for a pack that there is not, or past the most that may be open, is refused and writes nothing", async () => {
    const { order, orders, stripe } = await open();
    expect(await typeOf(order(undefined, undefined, "huge"))).toBe("not_found");
    for (let n = 0; n < MAX_OPEN_ORDERS; n++) await order();
    expect(await typeOf(order())).toBe("rate_limited");
    expect([(await orders()).length, stripe.sessions.length]).toEqual([MAX_OPEN_ORDERS, MAX_OPEN_ORDERS]);
  });

  it("makes a page that the SDK reads as a session", async () => {
    const { order, stripe } = await open();
    const { session } = await order();
    const sdk = new Stripe(SECRET_KEY, { host: "127.0.0.1", port: stripe.port, protocol: "http", telemetry: false });
    const read = await sdk.checkout.sessions.retrieve(session?.id ?? "");
    expect([read.status, read.payment_status, read.url]).toEqual(["open", "unpaid", session?.url]);
  });
});

describe("when no event ever comes", () => {
  it("a paid order is found by the timer within minutes, and granted once, also when the event comes late", async () => {
    const { order, stripe, take, lines, wait, rests } = await open();
    const paid = stripe.pay((await order()).session?.id ?? "");
    await wait(3 * MINUTE);
    expect(await lines()).toEqual(["purchase 500"]);
    await take(paid);
    await rests();
    expect(await lines()).toEqual(["purchase 500"]);
  });

  it("an order that nobody pays expires, and no timer looks at it any more", async () => {
    const { order, stripe, orders, wait, lines } = await open();
    await order();
    await wait(3 * HOUR);
    expect((await orders()).map(({ status, nextLookAt }) => [status, nextLookAt])).toEqual([["expired", null]]);
    expect([await lines(), stripe.requests.length < 15]).toEqual([[], true]);
  });

  it("an order whose page was never known expires without a word to Stripe", async () => {
    const { order, stripe, orders, wait } = await open();
    stripe.faults.push("cut");
    await typeOf(order());
    await wait(3 * HOUR);
    expect((await orders()).map(({ status, nextLookAt }) => [status, nextLookAt])).toEqual([["expired", null]]);
    expect(stripe.requests.length).toBe(1);
  });

  it("while Stripe fails, the timer asks again", async () => {
    const { order, stripe, lines, wait, w } = await open();
    stripe.pay((await order()).session?.id ?? "");
    stripe.faults.push(500, "cut");
    await wait(20 * MINUTE);
    expect(await lines()).toEqual(["purchase 500"]);
    expect(w.log.map(({ level }) => level)).toEqual([]);
  });

  it.each(["succeeded", "failed"] as const)("a payment that takes days and has %s is found", async (how) => {
    const { order, stripe, take, orders, lines, wait } = await open();
    const { session } = await order();
    await take(stripe.pay(session?.id ?? "", "later"));
    expect((await orders())[0]?.status).toBe("pending");
    stripe.endPayment(session?.id ?? "", how);
    await wait(7 * HOUR);
    expect([(await orders())[0]?.status, await lines()]).toEqual(
      how === "failed" ? ["failed", []] : ["paid", ["purchase 500"]],
    );
    expect((await orders())[0]?.nextLookAt).toBeNull();
  });
});

describe("events", () => {
  it("of a payment that takes days grant when the money is there", async () => {
    const { order, stripe, take, orders, lines, rests } = await open();
    const { session } = await order();
    await take(stripe.pay(session?.id ?? "", "later"));
    expect([(await orders())[0]?.status, await lines()]).toEqual(["pending", []]);
    await take(stripe.endPayment(session?.id ?? "", "succeeded"));
    expect(await lines()).toEqual(["purchase 500"]);
    await rests();
  });

  it("that come the wrong way round leave a paid order paid", async () => {
    const { order, stripe, take, orders, lines, rests } = await open();
    const { session } = await order();
    const completed = stripe.pay(session?.id ?? "", "later");
    const succeeded = stripe.endPayment(session?.id ?? "", "succeeded");
    const expired = stripe.expire(session?.id ?? "");
    for (const event of [succeeded, completed, expired]) await take(event);
    expect([(await orders())[0]?.status, await lines()]).toEqual(["paid", ["purchase 500"]]);
    await rests();
  });

  it("of money for an order that had expired still count", async () => {
    const { order, stripe, take, orders, lines, rests } = await open();
    const { session } = await order();
    const expired = stripe.expire(session?.id ?? "");
    const [made] = stripe.sessions;
    if (made) made.status = "open";
    await take(expired);
    expect((await orders())[0]?.status).toBe("expired");
    await take(stripe.pay(session?.id ?? ""));
    expect(await lines()).toEqual(["purchase 500"]);
    await rests();
  });

  it("about sessions that are not ours are taken and change nothing", async () => {
    const { order, stripe, take, orders, lines, w } = await open();
    const { session, id } = await order();
    const paid = stripe.pay(session?.id ?? "");
    // A payment link of the same account: whoever opens it chooses its reference, and nobody but the account's owner its metadata.
    const link = structuredClone(paid);
    Object.assign(link.data.object, { id: "cs_link", client_reference_id: id, metadata: {}, amount_total: 1 });
    expect(await take(link)).toBe("ignored");
    const other = structuredClone(paid);
    Object.assign(other.data.object, { id: "cs_other" });
    expect(await take(other)).toBe("ignored");
    for (const event of [
      {},
      null,
      { type: "charge.refunded" },
      { type: "invoice.paid", data: { object: {} } },
      "text",
    ]) {
      expect(await take(event)).toBe("ignored");
    }
    expect([(await orders())[0]?.status, await lines()]).toEqual(["open", []]);
    expect(w.log.map(({ message }) => message)).toEqual(["Stripe tells of a session that is of no order here"]);
    w.log.length = 0;
  });
});

describe("money that goes back", () => {
  it("in part takes its share, rounded for the user, each further part once, and the whole leaves nothing", async () => {
    const { order, stripe, take, lines, rests, orders } = await open();
    const { session } = await order();
    const id = session?.id ?? "";
    await take(stripe.pay(id));
    const [third, two] = [stripe.refund(id, 166), stripe.refund(id, 333)];
    await take(third);
    expect(await lines()).toEqual(["purchase 500", "reversal -166"]);
    for (const event of [two, third, two]) await take(event);
    expect(await lines()).toEqual(["purchase 500", "reversal -166", "reversal -167"]);
    await take(stripe.refund(id));
    expect(await lines()).toEqual(["purchase 500", "reversal -166", "reversal -167", "reversal -167"]);
    expect((await orders())[0]?.bookings.length).toBe(4);
    await rests();
  });

  it("before anybody heard that it came is taken all the same, in whichever order", async () => {
    const { order, stripe, take, lines, rests } = await open();
    const { session } = await order();
    const id = session?.id ?? "";
    const paid = stripe.pay(id);
    expect(await take(stripe.refund(id, 499))).toBe("ignored");
    await take(paid);
    expect(await lines()).toEqual(["purchase 500", "reversal -500"]);
    await rests();
  });

  it("whose credits are spent takes the balance below zero, and nothing is made until credits are added", async () => {
    const { order, stripe, take, lines, balance, w, rests } = await open();
    const { session } = await order();
    await take(stripe.pay(session?.id ?? ""));
    await w.create({ price: 550 });
    await w.rest();
    expect(await balance()).toBe(50);
    await take(stripe.refund(session?.id ?? ""));
    expect([(await lines()).at(-1), await balance()]).toEqual(["reversal -500", -450]);
    expect(await typeOf(w.create({ price: 1 }))).toBe("insufficient_credits");
    expect(await typeOf(w.create({ price: 0 }))).toBe("insufficient_credits");
    const second = await order();
    await take(stripe.pay(second.session?.id ?? ""));
    expect(await balance()).toBe(50);
    await rests(await w.jobs());
  });

  it("with a dispute goes and comes again when it is won, whatever order the events come in", async () => {
    const { order, stripe, take, lines, rests } = await open();
    const { session } = await order();
    const id = session?.id ?? "";
    await take(stripe.pay(id));
    const created = stripe.dispute(id, "created", "needs_response");
    const won = stripe.dispute(id, "closed", "won");
    await take(created);
    expect(await lines()).toEqual(["purchase 500", "reversal -500"]);
    for (const event of [won, created, won]) await take(event);
    expect(await lines()).toEqual(["purchase 500", "reversal -500", "purchase 500"]);
    await rests();
  });

  it("with a dispute that is lost stays away; an inquiry takes nothing", async () => {
    const { order, stripe, take, lines, rests } = await open();
    const { session } = await order();
    const id = session?.id ?? "";
    await take(stripe.pay(id));
    await take(stripe.dispute(id, "created", "warning_needs_response"));
    expect(await lines()).toEqual(["purchase 500"]);
    await take(stripe.dispute(id, "updated", "needs_response"));
    await take(stripe.dispute(id, "closed", "lost"));
    expect(await lines()).toEqual(["purchase 500", "reversal -500"]);
    // Refunded beside it: no more than all goes back.
    await take(stripe.refund(id, 200));
    expect(await lines()).toEqual(["purchase 500", "reversal -500"]);
    await rests();
  });

  it("told by thirty events at once, by three processes, ends at what the last of them says", async () => {
    const { order, stripe, take, balance, process, rests } = await open();
    const { session } = await order();
    const id = session?.id ?? "";
    const paid = stripe.pay(id);
    const events = [paid, ...Array.from({ length: 10 }, (_, i) => stripe.refund(id, 49 * (i + 1)))];
    const processes = [process(), process(), process()];
    const thrice = [...events, ...events.toReversed(), ...events];
    await Promise.all(thrice.map((event, i) => take(event, processes[i % 3])));
    expect(await balance()).toBe(100 + 500 - Math.floor((500 * 490) / 499));
    await rests();
  });
});
