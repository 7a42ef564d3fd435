// What is measured of deliveries: each try by what came of it, once.
import { expect, it } from "vitest";
import { dying, itemPut } from "../jobs/intercept.ts";
import { failing, first, gone } from "../servers/receiver.ts";
import { type Outgoing, webhookWorlds } from "./fixture.ts";

const open = webhookWorlds();
const DAY = 24 * 60 * 60_000;

function outcomes(w: Outgoing): (string | undefined)[] {
  return w.measured.filter(({ name }) => name === "WebhookDeliveries").map(({ dimensions }) => dimensions.outcome);
}

it("a delivery that is taken at the third try counts twice as tried again and once as delivered", async () => {
  const w = await open();
  const receiver = await w.receiver({ reply: first(2, failing(500)) });
  await w.ended(receiver.url);
  await w.sendFor(DAY);
  expect(outcomes(w)).toEqual(["again", "again", "delivered"]);
});

it("a delivery that nobody wants counts as dead", async () => {
  const w = await open();
  const receiver = await w.receiver({ reply: gone });
  await w.ended(receiver.url);
  await w.sendFor(DAY);
  expect(outcomes(w)).toEqual(["dead"]);
});

it("a try whose end its process did not live to write counts only when it is made again", async () => {
  const w = await open();
  const receiver = await w.receiver();
  await w.ended(receiver.url);
  const dead = dying((call) => (itemPut(call)?.data.status === "delivered" ? "before" : null));
  await w.send(w.senderOf({ around: dead.around }));
  expect([dead.isDead(), receiver.messages.length, outcomes(w)]).toEqual([true, 1, []]);
  await w.sendFor(DAY);
  expect([receiver.messages.length, outcomes(w)]).toEqual([2, ["delivered"]]);
});
