import { describe, expect, test } from "vitest";
import { follow, listAll, type User, until } from "../api/user.ts";
import { gone, type Receiver, type Reply, startReceiver, taken } from "../servers/receiver.ts";
import type { GapName, GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { AFTER_LEASES_S, inWorld, type World } from "./world.ts";

type DeliveryGap = Exclude<GapOf<"webhook">, "webhook: after the owner had it sent again">;

/** How often the receiver hears of the one job. */
const messages: Record<DeliveryGap, number> = {
  "webhook: before the delivery is put": 1,
  "webhook: after the delivery was put": 1,
  "webhook: after a try was written, before it is sent": 1,
  // Nobody knows that it arrived: the receiver knows the message by its id.
  "webhook: after it was sent, before that is recorded": 2,
  "webhook: after it was recorded as sent": 1,
};

describe.concurrent("a process that dies while it tells a webhook of a job's end", () => {
  test.for(Object.entries(messages) as [DeliveryGap, number][])(
    "%s: the receiver hears of it under one id, and the job is paid for once",
    ([gap, count]) =>
      inWorld(async (world) => {
        await using started = await startWith(world, gap, taken);
        const { receiver, user, environment } = started;
        await world.diesDuring(() => ask(user, receiver));
        await world.start({ secondsLater: AFTER_LEASES_S, environment });
        const [job] = (await listAll(user, "/jobs")).items;
        await follow(user, job.id);
        const delivery = await deliveryOf(user, "delivered");
        expect([delivery.id, delivery.lastStatus]).toEqual([`${job.id}-1`, 204]);
        await checkAtRest(world, [user]);
        expect(receiver.messages.map(({ id }) => id)).toEqual(Array(count).fill(`${job.id}-1`));
        expect(receiver.messages.map(({ body }) => body.data.status)).toEqual(Array(count).fill("completed"));
        expect(receiver.unverified).toBe(0);
      }),
  );

  test("webhook: after the owner had it sent again: it is sent", () =>
    inWorld(async (world) => {
      const { receiver, user, environment } = await startWith(
        world,
        "webhook: after the owner had it sent again",
        gone,
      );
      await ask(user, receiver);
      const dead = await deliveryOf(user, "dead");
      receiver.reply = taken;
      await world.diesDuring(() => user.call("POST", `/webhooks/deliveries/${dead.id}/redeliver`));
      await world.start({ secondsLater: AFTER_LEASES_S, environment });
      await deliveryOf(user, "delivered");
      await checkAtRest(world, [user]);
      expect(receiver.messages.map(({ id }) => id)).toEqual([dead.id, dead.id]);
    }));
});

async function startWith(world: World, gap: GapName, reply: Reply) {
  const receiver = await startReceiver({ reply });
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${receiver.port}` };
  await world.start({ gap, environment });
  const user = await world.register();
  receiver.secrets = [(await user.call("GET", "/webhooks/secret")).body.data.secret];
  return { receiver, user, environment, [Symbol.asyncDispose]: () => receiver.close() };
}

function ask(user: User, { url }: Receiver) {
  const json = { prompt: "a lake", provider: "sketch", size: "64x64", webhookUrl: url };
  return user.call("POST", "/ai/generate-image", { json });
}

function deliveryOf(user: User, status: string) {
  return until(
    async () => (await user.call("GET", "/webhooks/deliveries")).body.data.items[0],
    (delivery) => delivery?.status === status,
  );
}
