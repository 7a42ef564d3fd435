// What jobs' room is given of productions: how they are advanced, reviewed and swept (`ProductionWork`).
import type { JobDeps, ProductionWork } from "../jobs/deps.ts";
import { advanceProduction } from "./advancing/advance.ts";
import { runProduction } from "./advancing/run.ts";
import { sweepProduction } from "./deleting/sweep.ts";
import type { ProductionDeps } from "./deps.ts";
import { reviewProductionHold } from "./money/hold.ts";
import { sayReadyForProductions } from "./readiness.ts";

/** `nodes`: the same that the jobs' own parts are given. */
export function createProductionWork(parts: Pick<ProductionDeps, "planner" | "nodes" | "tell">): ProductionWork {
  const all = (deps: JobDeps): ProductionDeps => ({ ...deps, ...parts });
  return {
    advance: (deps, key, options) => advanceProduction(all(deps), key, options),
    run: (deps, key, options) => runProduction(all(deps), key, options),
    reviewHold: reviewProductionHold,
    sweep: sweepProduction,
    sayReady: sayReadyForProductions,
  };
}
