// Webhooks in the world of the job core: real jobs, real SQLite, time by hand, and messages that really go over a socket.
import { onTestFinished } from "vitest";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { type Job, keyOf, readJob } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { type PostOptions, postForeign } from "../../shared/media/post-foreign.ts";
import { DUE_SHARDS, type DueEntry } from "../../shared/ports/table.ts";
import { realIds } from "../../shared/runtime/real.ts";
import { deliver } from "../../shared/webhooks/deliver.ts";
import { type Delivery, deliveryItemKey, readDelivery } from "../../shared/webhooks/delivery.ts";
import type { WebhookDeps } from "../../shared/webhooks/deps.ts";
import { createLanes } from "../../shared/webhooks/lanes.ts";
import { readSecrets, signingSecrets } from "../../shared/webhooks/secret.ts";
import { createDriver } from "../jobs/drive.ts";
import { type ProcessOptions, type World, type WorldOptions, worlds } from "../jobs/fixture.ts";
import type { Around } from "../jobs/intercept.ts";
import { userId } from "../jobs/request.ts";
import { type Receiver, type ReceiverOptions, receive } from "../servers/receiver.ts";

export interface Outgoing extends World {
  /** The process that sends, unless a test has another. */
  sender: WebhookDeps;
  /** One more process that sends. */
  senderOf(options?: ProcessOptions & Partial<PostOptions>): WebhookDeps;
  /** A receiver that knows the user's secret and lives in the same time. */
  receiver(options?: ReceiverOptions): Promise<Receiver>;
  /** Runs a job to its end. */
  ended(webhookUrl: string): Promise<Job>;
  /** Tries everything that is due now, all at once, until each try is over. */
  send(by?: WebhookDeps): Promise<void>;
  /** Moves time on from one due delivery to the next until none is due within `ms`. */
  sendFor(ms: number, by?: WebhookDeps): Promise<void>;
  delivery(job: Job, round?: number): Promise<Delivery>;
  dueDeliveries(): Promise<DueEntry[]>;
}

export function webhookWorlds(): (options?: WorldOptions) => Promise<Outgoing> {
  const open = worlds();
  return async (options) => outgoing(await open(options));
}

async function outgoing(world: World): Promise<Outgoing> {
  const trusted = new Set<string>();
  const driver = createDriver(world.clock);
  const senderOf: Outgoing["senderOf"] = ({ around, clock, ...post } = {}) => {
    const driven: Around = (call, act) => driver.around(call, around ? () => around(call, act) : act);
    const deps: JobDeps = world.process({ around: driven, ...(clock && { clock }) });
    const lanes = createLanes();
    onTestFinished(() => lanes.close());
    return {
      ...deps,
      // Counted tokens would give secrets that differ in nothing.
      ids: { ...deps.ids, token: realIds.token },
      lanes,
      async showEnded({ table, store }, key) {
        const stored = await readJob(table, key);
        return stored && publicJob(store, stored.job);
      },
      postWebhook(url, message) {
        const trustedHosts = parseTrustedHosts([...trusted].join(","));
        const act = () => postForeign(url, { trusted: trustedHosts, ...post, ...message });
        return underWay(act);
      },
    };
  };
  /** Time does not pass while a message is on its way. */
  async function underWay<T>(act: () => Promise<T>): Promise<T> {
    let answer: { value: T } | null = null;
    await driver.around({ port: "table", name: "post", args: [] }, async () => {
      answer = { value: await act() };
    });
    return (answer as unknown as { value: T }).value;
  }
  const sender = senderOf();
  const out: Outgoing = {
    ...world,
    sender,
    senderOf,
    async receiver(given = {}) {
      const secrets = signingSecrets(await readSecrets(sender, userId));
      const receiver = await receive({ secrets, now: () => world.clock.now(), ...given });
      trusted.add(`127.0.0.1:${receiver.port}`);
      return receiver;
    },
    async ended(webhookUrl) {
      const job = await world.create({ webhookUrl });
      await world.run(world.deps, keyOf(job));
      return world.job(keyOf(job));
    },
    async send(by = sender) {
      const due = (await out.dueDeliveries()).filter(({ at }) => at <= world.clock.now());
      const sending = Promise.all(due.map((entry) => deliver(by, entry)));
      await driver.until(sending);
      await sending;
    },
    async sendFor(ms, by = sender) {
      const until = world.clock.now() + ms;
      for (;;) {
        const next = Math.min(...(await out.dueDeliveries()).map(({ at }) => at));
        if (next > until) break;
        world.clock.moveTo(next);
        await out.send(by);
      }
      world.clock.moveTo(until);
    },
    async delivery(job, round = job.round) {
      const found = await readDelivery(world, { userId, jobId: job.id, round });
      if (!found)
        throw new Error(`there is no delivery ${JSON.stringify(deliveryItemKey({ userId, jobId: job.id, round }))}`);
      return found;
    },
    async dueDeliveries() {
      const query = { kind: "delivery", before: Number.MAX_SAFE_INTEGER, limit: 1000 };
      const parts = Array.from({ length: DUE_SHARDS }, (_, shard) => world.table.due({ ...query, shard }));
      return (await Promise.all(parts)).flat().toSorted((a, b) => a.at - b.at);
    },
  };
  return out;
}
