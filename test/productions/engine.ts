// The real engine over whatever ports a test gives it, with one provider and one planner.
import { createAccountChanges } from "../../shared/credits/changes.ts";
import type { Planner } from "../../shared/drama/plan.ts";
import type { ModerationDeps } from "../../shared/jobs/deps.ts";
import { createTurns } from "../../shared/limits/turns.ts";
import { createVendorLimits } from "../../shared/limits/vendor/vendor-limits.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { Ids } from "../../shared/ports/ids.ts";
import type { Log } from "../../shared/ports/log.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Provider } from "../../shared/ports/provider.ts";
import type { Table } from "../../shared/ports/table.ts";
import { lookAtProject } from "../../shared/productions/deleting/look-at-project.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { createProductionAccounts } from "../../shared/productions/money/accounts.ts";
import { createProductionWork } from "../../shared/productions/work.ts";
import { applyOutput } from "../../shared/projects/apply-output.ts";
import { releaseTake } from "../../shared/projects/takes.ts";
import { ordersOf } from "../../shared/runtime/composing/orders.ts";
import { forgetUser } from "../../shared/users/delete-user.ts";
import { putDelivery } from "../../shared/webhooks/delivery.ts";
import { keptMetrics } from "../jobs/measured.ts";

export interface Engine {
  table: Table;
  store: ObjectStore;
  clock: Clock;
  ids: Ids;
  log: Log;
  provider: Provider;
  planner: Planner;
  /** Absent: tickets are objects, as in a cloud. */
  handOver?: ((ticket: string) => void) | undefined;
  moderation?: ModerationDeps;
}

export function engineOf({ provider, planner, handOver, moderation, ...core }: Engine): ProductionDeps {
  const nodes = createProductionAccounts({ ...core, handOver });
  return {
    ...core,
    handOver,
    nodes,
    planner,
    productions: createProductionWork({ planner, nodes }),
    metrics: keptMetrics(),
    changeAccount: createAccountChanges(core),
    providers: new Map([[provider.id, provider]]),
    fetchSource: () => Promise.reject(new Error("nothing is fetched here")),
    announceEnding: putDelivery,
    applyOutput,
    lookAtProject,
    ...ordersOf(null),
    releaseTake,
    forgetUser,
    turns: createTurns({ places: 8 }),
    vendorLimits: createVendorLimits(core),
    labels: null,
    moderation: moderation ?? null,
    settings: {
      ...{ leaseMs: 15_000, maxOutputBytes: 1e6, maxActiveJobs: 5, maxActiveFreeJobs: 5, maxStoredBytes: 1e10 },
      ...{ tempTtlMs: 86_400_000, dryRunTtlMs: 0, refusalsPerHour: 0, productionParallel: 8 },
    },
  };
}
