// Whoever dies before or after any write of an order leaves it to a repeat, to Stripe's next call, or to the timer; and a user who is deleted meanwhile.
import { describe, expect, it } from "vitest";
import { closeAccount } from "../../shared/credits/close-account.ts";
import { continueDeletion } from "../../shared/jobs/timers/delete-user.ts";
import { never } from "../jobs/fixture.ts";
import type { Around } from "../jobs/intercept.ts";
import { dying } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";
import { type Shop, shops } from "./world.ts";

const open = shops();
const MINUTE = 60_000;

type Moment = "before" | "after";

/** The process dies at its write of that number. Answers whether it came so far. */
async function dieAt(
  { process }: Shop,
  [moment, nth]: readonly [Moment, number],
  act: (by: ReturnType<Shop["process"]>) => Promise<unknown>,
): Promise<boolean> {
  let writes = 0;
  const dead = dying(({ port, name }) => (port === "table" && /^put/.test(name) && ++writes === nth ? moment : null));
  const around: Around = dead.around;
  await act(process({ around })).catch(() => undefined);
  return dead.isDead();
}

const gapsOf = (writes: number) =>
  Array.from({ length: writes }, (_, i) => i + 1).flatMap((nth) => [["before", nth] as const, ["after", nth] as const]);

// The key, the order, and the order with its page.
describe("a process that dies checking out", () => {
  it.each(gapsOf(3))("%s write %i: the repeat gets one order and one page", async (...gap) => {
    const shop = await open();
    expect(await dieAt(shop, gap, (by) => shop.order(by, "key"))).toBe(true);
    const order = await shop.order(shop.process(), "key");
    expect([(await shop.orders()).length, shop.stripe.sessions.length]).toEqual([1, 1]);
    await shop.take(shop.stripe.pay(order.session?.id ?? ""));
    expect(await shop.lines()).toEqual(["purchase 500"]);
    await shop.rests();
  });

  it.each(gapsOf(3))("%s write %i: without a repeat the order, if there is one, expires", async (...gap) => {
    const shop = await open();
    await dieAt(shop, gap, (by) => shop.order(by, "key"));
    await shop.wait(180 * MINUTE);
    const left = (await shop.orders()).map(({ status, nextLookAt }) => [status, nextLookAt]);
    expect(left.filter(([status, at]) => status !== "expired" || at !== null)).toEqual([]);
    expect(await shop.lines()).toEqual([]);
  });

  it("does no more writes than these", async () => {
    const shop = await open();
    expect(await dieAt(shop, ["before", 4], (by) => shop.order(by, "key"))).toBe(false);
  });
});

// The order as paid, its payment, what the order was settled by, the account with the line, the booking as done, the account without the marker, the order at rest.
describe("a process that dies taking an event of a payment", () => {
  const writes = 7;

  it.each(gapsOf(writes))("%s write %i: Stripe's next call grants once", async (...gap) => {
    const shop = await open();
    const paid = shop.stripe.pay((await shop.order()).session?.id ?? "");
    expect(await dieAt(shop, gap, (by) => shop.take(paid, by))).toBe(true);
    await shop.take(paid, shop.process());
    expect(await shop.lines()).toEqual(["purchase 500"]);
    await shop.take(paid, shop.process());
    await shop.rests();
    expect(await shop.lines()).toEqual(["purchase 500"]);
  });

  it.each(gapsOf(writes))("%s write %i: without another call the timer grants once", async (...gap) => {
    const shop = await open();
    const paid = shop.stripe.pay((await shop.order()).session?.id ?? "");
    await dieAt(shop, gap, (by) => shop.take(paid, by));
    await shop.wait(5 * MINUTE);
    expect(await shop.lines()).toEqual(["purchase 500"]);
    await shop.rests();
  });

  it("does no more writes than these", async () => {
    const shop = await open();
    const paid = shop.stripe.pay((await shop.order()).session?.id ?? "");
    expect(await dieAt(shop, ["before", writes + 1], (by) => shop.take(paid, by))).toBe(false);
  });
});

// The order as due, the payment with what went back, the order with its booking, the account, the booking as done, the marker, the order at rest.
describe("a process that dies taking an event of a refund", () => {
  const writes = 7;

  async function refunded(shop: Shop) {
    const { session } = await shop.order();
    await shop.take(shop.stripe.pay(session?.id ?? ""));
    return shop.stripe.refund(session?.id ?? "", 200);
  }

  it.each(gapsOf(writes))("%s write %i: Stripe's next call takes it back once", async (...gap) => {
    const shop = await open();
    const refund = await refunded(shop);
    expect(await dieAt(shop, gap, (by) => shop.take(refund, by))).toBe(true);
    await shop.take(refund, shop.process());
    expect(await shop.lines()).toEqual(["purchase 500", "reversal -200"]);
    await shop.rests();
  });

  it.each(gapsOf(writes).slice(3))("%s write %i: once it is written down, the timer takes it back", async (...gap) => {
    const shop = await open();
    const refund = await refunded(shop);
    await dieAt(shop, gap, (by) => shop.take(refund, by));
    await shop.wait(5 * MINUTE);
    expect(await shop.lines()).toEqual(["purchase 500", "reversal -200"]);
    await shop.rests();
  });

  it("does no more writes than these", async () => {
    const shop = await open();
    const refund = await refunded(shop);
    expect(await dieAt(shop, ["before", writes + 1], (by) => shop.take(refund, by))).toBe(false);
  });
});

describe("a user who is deleted", () => {
  async function deleteUser({ w, process }: Shop): Promise<void> {
    await closeAccount(w.deps, userId);
    await continueDeletion(process(), userId, never);
  }

  it("has no page left to pay at, and no unpaid order; what was paid stays for the ledger", async () => {
    const shop = await open();
    const paid = await shop.order();
    await shop.take(shop.stripe.pay(paid.session?.id ?? ""));
    await shop.order();
    await deleteUser(shop);
    await shop.wait(5 * MINUTE);
    expect(shop.stripe.sessions.map(({ status }) => status)).toEqual(["complete", "expired"]);
    expect((await shop.orders()).map(({ id }) => id)).toEqual([paid.id]);
    expect(await shop.lines()).toEqual(["purchase 500"]);
    // What goes back at the bank afterwards still stands in the ledger.
    await shop.take(shop.stripe.refund(paid.session?.id ?? ""));
    expect(await shop.lines()).toEqual(["purchase 500", "reversal -500"]);
    await shop.rests();
  });

  it("who pays all the same is given nothing, and the operator is told", async () => {
    const shop = await open();
    const { session } = await shop.order();
    const event = shop.stripe.pay(session?.id ?? "");
    await deleteUser(shop);
    await shop.take(event);
    await shop.wait(5 * MINUTE);
    expect([await shop.lines(), (await shop.orders()).map(({ status }) => status)]).toEqual([[], ["paid"]]);
    const told = shop.w.log.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(new Set(told)).toEqual(new Set(["an order of a deleted user was paid: refund it at Stripe"]));
    shop.w.log.length = 0;
    await shop.rests();
  });
});
