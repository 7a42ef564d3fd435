// What another round of a production would make, and what that costs at most, before it is begun: what is missing, or what its user wants anew with
// all that is made from it. By the prices of its plan, at which the round would be made.
import { readAccount } from "../../credits/account.ts";
import { type Plan, type PlannedNode, type Quote, stages } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import type { AskingDeps } from "../deps.ts";
import { isWaiting, stateOf } from "../graph.ts";
import { readPlan } from "../plans.ts";
import type { ProductionKey } from "../production.ts";
import { findProduction } from "../reading/find.ts";
import { mostCost, requireMakable, requireSettled, roundStates } from "./resume.ts";

export interface RoundQuote extends Pick<Quote, "nodes" | "stages" | "price"> {
  /** Ids of what would be made; empty while the whole is not planned. */
  parts: string[];
  balance: number;
}

/** Makes nothing. `remake` empty: what is missing. Throws what the round itself would be refused with but for credits, room and refusals: 400, 404, 409. */
export async function quoteRound(deps: AskingDeps, key: ProductionKey, remake: readonly string[]): Promise<RoundQuote> {
  const found = await findProduction(deps, key);
  requireSettled(found);
  const { plan } = await readPlan(deps, found.planKey);
  const states = roundStates(found, plan, remake);
  requireMakable(deps, found, plan, states);
  const account = (await readAccount(deps.table, key.userId))?.account;
  if (!account) throw new AppError("unauthenticated");
  const { balance } = account;
  if (!found.isExpanded) {
    const { nodes, stages, price } = found.quote;
    return { nodes, stages, price, parts: [], balance };
  }
  const wanted = plan.nodes.filter((_, node) => isWaiting(stateOf(states, node)));
  const parts = wanted.map(({ id }) => id);
  return { nodes: parts.length, stages: stagesOf(wanted), price: mostCost(found, plan, states), parts, balance };
}

/** Those that have anything to do, in their order. */
export function stagesOf(nodes: readonly PlannedNode[]): Quote["stages"] {
  return stages
    .map((stage) => {
      const own = nodes.filter((node) => node.stage === stage);
      return { stage, nodes: own.length, price: priceOf(own) };
    })
    .filter((one) => one.nodes > 0);
}

/** At most: the dearest way of each. */
export function priceOf(nodes: Plan["nodes"]): number {
  return nodes.reduce((sum, { rungs }) => sum + Math.max(0, ...rungs.map(({ price }) => price)), 0);
}
