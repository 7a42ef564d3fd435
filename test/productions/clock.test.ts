// A production whose first owner has a clock that is a day ahead, and goes back: nobody waits until that day has come.
import { expect, it } from "vitest";
import { runProduction } from "../../shared/productions/advancing/run.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { signal } from "./timers.ts";
import { openWorld } from "./world.ts";

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

/** Each is made from the one before it: every step waits for an ending to be heard of. */
const chain = Array.from({ length: 12 }, (_, i) => ({
  id: `n${i}`,
  ...(i === 11 && { kind: "episode" as const }),
  ...(i > 0 && { from: [`n${i - 1}`] }),
}));

it("goes on by its tickets once those who may attend it are given up, and tells how far it is", async () => {
  const world = await openWorld({ graph: chain });
  const fast = world.depsOf({ clock: ahead(world.clock, DAY_MS) });
  const key = keyOf(await world.start(fast));
  world.tickets.splice(0);
  // Its first owner stays with it, has the first node made, and tells of that.
  const attend = () => runProduction(fast, key, { stayMs: MINUTE_MS, signal });
  await attend();
  await world.runTickets(fast);
  await attend();
  expect([world.production().states.slice(0, 3), world.production().progress.made]).toEqual(["da.", 1]);
  expect(world.production().attendedUntil).toBeGreaterThan(world.clock.now() + DAY_MS);
  const before = world.production().feed.length;

  // It has gone back, and its owner has gone.
  let ticks = 0;
  for (let turn = 0; turn < 100 && world.production().state !== "settled"; turn++) {
    world.clock.moveTo(world.clock.now() + 1500);
    const ticket = world.tickets.shift();
    if (ticket) {
      await world.runTicket(ticket);
      continue;
    }
    ticks++;
    world.clock.moveTo(world.clock.now() + MINUTE_MS);
    await world.rest({ untilMs: world.clock.now() });
  }
  expect(world.production()).toMatchObject({ state: "settled", outcome: "completed" });
  expect(world.production().attendedUntil).toBeLessThanOrEqual(world.clock.now());
  // The first minute was promised to its owner; behind it every node is heard of at once.
  expect(ticks).toBeLessThanOrEqual(2);
  expect(world.production().feed.length - before).toBeGreaterThanOrEqual(chain.length - 1);
  await world.rest();
  await world.checkAtRest();
});
