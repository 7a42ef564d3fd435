import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { Table } from "../ports/table.ts";
import type { Delivery } from "./delivery.ts";
import type { Lanes } from "./lanes.ts";

/** Whose end is told of. */
export type Ended = Pick<Delivery, "userId" | "jobId" | "of">;

/** What deliveries need. Given by the runtime. */
export interface WebhookDeps {
  table: Table;
  store: RequestStore;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  /** One for each process. */
  lanes: Lanes;
  /** The job or the production as the API shows it now; null when there is none any more. */
  showEnded(deps: Pick<WebhookDeps, "table" | "store">, ended: Ended): Promise<object | null>;
  /** Sends a body to a foreign URL. Throws AppError `fetch_refused` or `fetch_failed`, or the signal's reason. */
  postWebhook(
    url: string,
    message: { headers: Record<string, string>; body: string; signal: AbortSignal },
  ): Promise<{ status: number; retryAfterMs: number | null }>;
}
