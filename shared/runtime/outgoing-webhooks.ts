// How outgoing webhooks are wired: what a receiver is shown of a job or a production, how it is sent, and that it is sent soon.
import type { JobDeps } from "../jobs/deps.ts";
import { readJob } from "../jobs/job.ts";
import { publicJob } from "../jobs/reading/public-job.ts";
import type { TrustedHosts } from "../media/foreign-url.ts";
import { postForeign } from "../media/post-foreign.ts";
import type { Table } from "../ports/table.ts";
import { readProduction } from "../productions/production.ts";
import { publicProduction } from "../productions/reading/public-production.ts";
import { deliver } from "../webhooks/deliver.ts";
import { type DeliveryKey, deliveryItemKey, putDelivery } from "../webhooks/delivery.ts";
import type { WebhookDeps } from "../webhooks/deps.ts";
import { createLanes } from "../webhooks/lanes.ts";

type Wired = Pick<WebhookDeps, "lanes" | "showEnded" | "postWebhook"> & Pick<JobDeps, "announceEnding">;

/** `current`: the runtime of this process, once there is one. */
export function wireWebhooks(trusted: TrustedHosts, current: () => WebhookDeps | null): Wired {
  return {
    lanes: createLanes(),
    async showEnded({ table, store }, { of, ...key }) {
      if (of === "production") return showProduction(table, key);
      const stored = await readJob(table, key);
      return stored && !stored.job.deletion ? publicJob(store, stored.job) : null;
    },
    postWebhook: (url, message) => postForeign(url, { ...message, trusted }),
    async announceEnding(deps, ending) {
      await putDelivery(deps, ending);
      const sender = current();
      if (sender) deliverSoon(sender, ending);
    },
  };
}

/** Also when its project was deleted: what it came to and what it cost is still known. */
async function showProduction(table: Table, { userId, jobId: productionId }: { userId: string; jobId: string }) {
  const production = (await readProduction(table, { userId, productionId }))?.production;
  return production ? publicProduction(production) : null;
}

/**
 * Tries it now, beside everything else: nobody waits for it, and what becomes of it is written down. Should the process end first, the
 * timer finds the delivery due.
 */
export function deliverSoon(deps: WebhookDeps, key: DeliveryKey): void {
  void deliver(deps, deliveryItemKey(key));
}
