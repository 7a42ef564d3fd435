import type { Planner } from "../drama/plan.ts";
import type { ChangeItem } from "../items/changes.ts";
import type { JobDeps, NodeAccounts, ProductionKey, RequestDeps } from "../jobs/deps.ts";
import type { Production } from "./production.ts";

/** What nodes are paid from. */
export interface ProductionAccounts extends NodeAccounts {
  /**
   * Changes a production because of one of its jobs: the production is read first, then the job, and the write holds only on that very
   * production. By `{userId}/{productionId}`.
   */
  change: ChangeItem<Production>;
  /** As `settle`, also of a job that is not there. */
  settleEntry(key: ProductionKey, jobId: string): Promise<void>;
}

/** What answering requests needs. */
export interface AskingDeps extends RequestDeps {
  nodes: ProductionAccounts;
  planner: Planner;
}

/** What moves a production on. */
export interface ProductionDeps extends JobDeps {
  nodes: ProductionAccounts;
  planner: Planner;
  /** Tells those who listen at a gateway, where there is one. Never throws, and takes a few seconds at most. */
  tell?: ((deps: Pick<JobDeps, "table" | "clock" | "log">, production: Production) => Promise<void>) | undefined;
}
