// Another round of a production that has settled: what is missing is made, or what its user wants anew. The production first, then the
// project's lock, then the hold: so two who want it do not both get it.
import { readAccount } from "../../credits/account.ts";
import type { Plan, PlannedNode } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import { ASSEMBLY, requireAssembly } from "../../jobs/asking/require-assembly.ts";
import { requireFewRefusals } from "../../limits/refusals.ts";
import type { AskingDeps } from "../deps.ts";
import { announceProduction } from "../ending/announce.ts";
import { isLost, isWaiting, stateOf, withLostWaiting, withRemade } from "../graph.ts";
import { nodesToMake, requirePlace } from "../money/hold.ts";
import { readPlan } from "../plans.ts";
import type { Production, ProductionKey } from "../production.ts";
import { findProduction } from "../reading/find.ts";
import { toNextRound } from "../states.ts";
import { updateProduction } from "../update.ts";
import { payForRound } from "./start.ts";

/** Rounds that a production may have. */
export const MOST_ROUNDS = 10;

/** `conflict` unless it has settled and something is missing. `budget` absent: what the missing nodes cost at most. */
export async function resumeProduction(
  deps: AskingDeps,
  key: ProductionKey,
  { budget }: { budget?: number | undefined } = {},
): Promise<Production> {
  const found = await findProduction(deps, key);
  const pending = unpaidRound(found);
  if (pending) return (await payForRound(deps, pending)).production;
  requireSettled(found);
  const { plan } = await readPlan(deps, found.planKey);
  return nextRound(deps, found, roundStates(found, plan, []), budget);
}

/**
 * What waits in the next round: what is missing, the nodes of these ids, and all that is made from them. `conflict` when there is nothing;
 * `not_found` for an id that the plan does not have.
 */
export function roundStates(found: Production, plan: Plan, remake: readonly string[]): string {
  if (remake.length === 0) {
    if (isMissing(found)) return withLostWaiting(found.states);
    throw new AppError("conflict", { message: "Nothing is missing. Remake a node to have it made anew." });
  }
  const remade = new Set(remake.map((nodeId) => plan.nodes.findIndex(({ id }) => id === nodeId)));
  if (remade.has(-1)) throw new AppError("not_found");
  if ([...remade].some((node) => plan.nodes[node]?.kind === "screenplay")) throw isWritten();
  return withRemade(plan, withLostWaiting(found.states), remade);
}

/** Some of it was not made; or its screenplay was, and it stopped before the rest was planned. */
function isMissing({ states, isExpanded, reason }: Production): boolean {
  const isLeft = !isExpanded && reason !== "unplannable";
  return isLeft || [...states].some((_, node) => isLost(stateOf(states, node)));
}

/** The nodes of these ids anew, and all that is made from them. `not_found` for an id that the plan does not have. */
export async function remakeNodes(
  deps: AskingDeps,
  key: ProductionKey,
  nodeIds: readonly string[],
  { budget }: { budget?: number | undefined } = {},
): Promise<Production> {
  const found = await findProduction(deps, key);
  requireSettled(found);
  const { plan } = await readPlan(deps, found.planKey);
  return nextRound(deps, found, roundStates(found, plan, nodeIds), budget);
}

async function nextRound(
  deps: AskingDeps,
  found: Production,
  states: string,
  wanted: number | undefined,
): Promise<Production> {
  await requireFewRefusals(deps, found.userId, deps.settings.refusalsPerHour);
  const { plan } = await readPlan(deps, found.planKey);
  requireMakable(deps, found, plan, states);
  const budget = wanted ?? mostCost(found, plan, states);
  const account = (await readAccount(deps.table, found.userId))?.account;
  if (!account) throw new AppError("unauthenticated");
  requirePlace(deps, account, { budget, nodes: nodesToMake({ ...found, states }) });
  // This end may not have been closed yet, and nobody closes it once the next round has begun.
  await announceProduction(deps, found);
  const next = await updateProduction(deps, { userId: found.userId, productionId: found.id }, (production) => {
    requireSettled(production);
    if (production.round !== found.round) throw unfinished();
    return toNextRound(production, deps.clock.now(), { budget, states });
  });
  if (!next) throw new AppError("not_found");
  return (await payForRound(deps, next.value)).production;
}

/** The dearest way of every node that is to be made. While the whole is not planned yet: what it was quoted at. */
export function mostCost({ isExpanded, quote }: Production, { nodes }: Plan, states: string): number {
  if (!isExpanded) return quote.price;
  return nodes.reduce((sum, { rungs }, node) => {
    return isWaiting(stateOf(states, node)) ? sum + Math.max(0, ...rungs.map(({ price }) => price)) : sum;
  }, 0);
}

/** Throws 400 where something of the round is to be put together, and cannot be here. Of texts everything can. */
export function requireMakable(
  deps: Pick<AskingDeps, "providers">,
  { isExpanded }: Production,
  { nodes }: Plan,
  states: string,
): void {
  const isJoined = ({ type, rungs }: PlannedNode) => type !== "text" && rungs[0]?.provider === ASSEMBLY;
  const isAnyJoined = nodes.some((node, i) => isWaiting(stateOf(states, i)) && isJoined(node));
  if (isAnyJoined || !isExpanded) requireAssembly(deps);
}

/** A resume before this one died, or was told to come back, before its round was paid for: this one goes on. */
function unpaidRound(production: Production): Production | null {
  const { state, paidRound, round } = production;
  return state === "starting" && paidRound > 0 && paidRound < round ? production : null;
}

/** `conflict` unless another round may begin. */
export function requireSettled(production: Production): void {
  if (production.state !== "settled" || production.purged) throw unfinished();
  if (production.round < MOST_ROUNDS) return;
  throw new AppError("conflict", { message: `A production has at most ${MOST_ROUNDS} rounds. Start a new one.` });
}

/** The whole plan was made from it. */
function isWritten(): AppError {
  return new AppError("conflict", {
    message:
      "A screenplay is not written anew within a production. Change the project's scenes, or have others written, and start a new production.",
  });
}

function unfinished(): AppError {
  return new AppError("conflict", { message: "The production is under way. Wait until it has ended, or cancel it." });
}
