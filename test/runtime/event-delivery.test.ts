// Object-created events on one machine: what is delivered again, and that it is counted.
import { expect, test } from "vitest";
import { DeliverAgain } from "../../shared/events/storage.ts";
import type { Log } from "../../shared/ports/log.ts";
import { createEventDelivery } from "../../shared/runtime/local/event-delivery.ts";
import { HandClock } from "../jobs/hand-clock.ts";
import { keptMetrics, type Measured } from "../jobs/measured.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

test("an event that came too early, and then met a failure, is delivered until it succeeds, and each is counted by its reason", async () => {
  const measured: Measured[] = [];
  const done = Promise.withResolvers<void>();
  const keys: string[] = [];
  const handler = async ({ key }: { key: string }) => {
    keys.push(key);
    if (keys.length === 1) throw new DeliverAgain();
    if (keys.length === 2) throw new Error("the table is away");
    done.resolve();
  };
  const deps = { clock: new HandClock(), log: silent, metrics: keptMetrics(measured) };
  const subscription = { name: "persist-output", prefix: "temp/outputs/", concurrency: 1, handler };
  const delivery = createEventDelivery(deps, [subscription]);
  delivery.deliver("temp/tickets/other");
  delivery.deliver("temp/outputs/a");
  await done.promise;
  await delivery.close();
  expect(keys).toEqual(["temp/outputs/a", "temp/outputs/a", "temp/outputs/a"]);
  expect(measured).toEqual(
    ["too_early", "failed"].map((reason) => ({
      name: "EventsNotDone",
      value: 1,
      dimensions: { function: "persist-output", reason },
    })),
  );
});
