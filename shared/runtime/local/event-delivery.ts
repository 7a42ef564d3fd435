// Object-created events on one machine: delivered at least once, again after failures, and again after a restart.
import pLimit from "p-limit";
import { DeliverAgain, type StorageHandler } from "../../events/storage.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { ObjectStore } from "../../ports/object-store.ts";

export interface Subscription {
  name: string;
  /** Only keys that begin with this. */
  prefix: string;
  /** Deliveries at the same time. */
  concurrency: number;
  handler: StorageHandler;
}

export interface EventDelivery {
  /** Hands an event over; never throws, never waits. */
  deliver(key: string): void;
  /** Delivers anew for everything that lies under the prefixes: for events that a dead process took with it. */
  replay(store: ObjectStore): Promise<void>;
  /** Aborts what is running and resolves when it has ended. What was not delivered is delivered after the next start. */
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** So many deliveries are under way at most before a replay reads on. */
const MAX_REPLAYED = 200;
/** Then the timer's look at the job has to do. */
const MAX_DELIVERIES = 12;

export function createEventDelivery(
  deps: { clock: Clock; log: Log; metrics: Metrics },
  subscriptions: readonly Subscription[],
): EventDelivery {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const waiting = new Set<string>();
  const served = subscriptions.map((subscription) => ({ subscription, limit: pLimit(subscription.concurrency) }));

  function deliver(key: string): void {
    if (stop.signal.aborted) return;
    for (const { subscription, limit } of served) {
      const id = `${subscription.name} ${key}`;
      if (!key.startsWith(subscription.prefix) || waiting.has(id)) continue;
      waiting.add(id);
      const delivery = deliverTo(subscription, limit, key, () => waiting.delete(id));
      running.add(delivery);
      void delivery.finally(() => running.delete(delivery));
    }
  }

  /** An event that comes while the same one still waits for its turn is the same; one that comes later is delivered again. */
  async function deliverTo(
    subscription: Subscription,
    limit: ReturnType<typeof pLimit>,
    key: string,
    onStart: () => void,
  ): Promise<void> {
    for (let count = 1; count <= MAX_DELIVERIES && !stop.signal.aborted; count++) {
      const isDone = await limit(() => {
        onStart();
        return attempt(subscription, key);
      });
      if (isDone) return;
      await deps.clock.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1)), stop.signal);
    }
    onStart();
  }

  async function attempt(subscription: Subscription, key: string): Promise<boolean> {
    if (stop.signal.aborted) return true;
    try {
      await subscription.handler({ key }, { signal: stop.signal });
      return true;
    } catch (error) {
      const reason = error instanceof DeliverAgain ? "too_early" : "failed";
      deps.metrics.count("EventsNotDone", { function: subscription.name, reason });
      if (reason === "failed") deps.log.error({ error, function: subscription.name, key }, "an event failed");
      return false;
    }
  }

  return {
    deliver,
    async replay(store) {
      for (const { prefix } of subscriptions) {
        for (let after: string | undefined, isLast = false; !isLast && !stop.signal.aborted; ) {
          const page = await store.list({ prefix, limit: 500, after });
          for (const { key } of page.objects) deliver(key);
          // Live events queue behind what is replayed, and each delivery takes memory.
          while (running.size >= MAX_REPLAYED && !stop.signal.aborted) await Promise.race(running);
          after = page.objects.at(-1)?.key;
          isLast = page.isLast;
        }
      }
    },
    async close() {
      stop.abort();
      await Promise.allSettled(running);
    },
  };
}
