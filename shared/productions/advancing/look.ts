// One look at a production by whoever has claimed it: what its steps are given.
import type { ItemClaim } from "../../items/claim.ts";
import type { ProductionDeps } from "../deps.ts";
import type { NodeOutput } from "../node.ts";
import { type PlanFile, readPlan } from "../plans.ts";
import type { Production } from "../production.ts";

export interface Look {
  deps: ProductionDeps;
  claim: ItemClaim<Production>;
  /** Of nodes that are made, as far as they were read: they stay what they are for as long as the claim is held. */
  outputs: Map<number, NodeOutput>;
}

export function planOf({ deps, claim }: Look): Promise<PlanFile> {
  return readPlan(deps, claim.value.planKey);
}
