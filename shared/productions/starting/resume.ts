// Another round of a production that has settled: what is missing is made, or what its user wants anew. The production first, then the
// project's lock, then the hold: so two who want it do not both get it.
import { readAccount } from "../../credits/account.ts";
import type { Plan, PlannedNode } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import { type IdempotencyKey, idUnderKey } from "../../jobs/asking/idempotency.ts";
import { ASSEMBLY, requireAssembly } from "../../jobs/asking/require-assembly.ts";
import { requireFewRefusals } from "../../limits/refusals.ts";
import type { JsonValue } from "../../ports/table.ts";
import type { AskingDeps } from "../deps.ts";
import { announceProduction } from "../ending/announce.ts";
import { isMissing, isWaiting, stateOf, withDependentsWaiting, withLostWaiting, withRemade } from "../graph.ts";
import { nodesToMake, requirePlace } from "../money/hold.ts";
import { readPlan } from "../plans.ts";
import type { Production, ProductionKey } from "../production.ts";
import { findProduction } from "../reading/find.ts";
import { toNextRound, withAsked } from "../states.ts";
import { updateProduction } from "../update.ts";
import { payForRound } from "./start.ts";

/** Rounds that a production may have. */
export const MOST_ROUNDS = 10;

export interface RoundWish {
  /** Absent: what is to be made costs at most. */
  budget?: number | undefined;
}

/** The production, and whether this call has begun its round: a repeat under the same Idempotency-Key has not. */
type Begun = Promise<{ production: Production; isNew: boolean }>;

/** `conflict` unless it has settled and something is missing. */
export function resumeProduction(
  deps: AskingDeps,
  key: ProductionKey,
  { budget }: RoundWish = {},
  idempotencyKey: string | null = null,
): Begun {
  return beginRound(deps, key, { remake: [], budget }, keyFor("resume-production", idempotencyKey, key, { budget }));
}

/**
 * What waits in the next round: what is missing, the nodes of these ids, and all that is made from them. `conflict` when there is nothing;
 * `not_found` for an id that the plan does not have.
 */
export function roundStates(found: Production, plan: Plan, remake: readonly string[]): string {
  if (remake.length === 0) {
    if (isWanting(found)) return withDependentsWaiting(plan, withLostWaiting(found.states));
    throw new AppError("conflict", { message: "Nothing is missing. Remake a node to have it made anew." });
  }
  const remade = new Set(remake.map((nodeId) => plan.nodes.findIndex(({ id }) => id === nodeId)));
  if (remade.has(-1)) throw new AppError("not_found");
  if ([...remade].some((node) => plan.nodes[node]?.kind === "screenplay")) throw isWritten();
  return withRemade(plan, withLostWaiting(found.states), remade);
}

/** Some of it was not made; or its screenplay was, and it stopped before the rest was planned. */
function isWanting({ states, isExpanded, reason }: Production): boolean {
  const isLeft = !isExpanded && reason !== "unplannable";
  return isLeft || [...states].some((_, node) => isMissing(stateOf(states, node)));
}

/** The nodes of these ids anew, and all that is made from them. `not_found` for an id that the plan does not have. */
export function remakeNodes(
  deps: AskingDeps,
  key: ProductionKey,
  nodeIds: readonly string[],
  { budget }: RoundWish = {},
  idempotencyKey: string | null = null,
): Begun {
  const wish = { remake: nodeIds, budget };
  return beginRound(deps, key, wish, keyFor("remake-node", idempotencyKey, key, wish));
}

function keyFor(route: string, key: string | null, { productionId }: ProductionKey, wish: object) {
  return key === null ? null : { key, route, body: JSON.parse(JSON.stringify({ ...wish, productionId })) as JsonValue };
}

type Wanted = RoundWish & { remake: readonly string[] };

/**
 * The key first, standing for an id; then the write that begins the round names that id. Whoever dies in between has a key under which no round
 * was begun: a repeat begins it. Whoever dies after has one that a repeat pays for, or answers.
 */
async function beginRound(
  deps: AskingDeps,
  key: ProductionKey,
  wanted: Wanted,
  idempotency: IdempotencyKey | null,
): Begun {
  const found = await findProduction(deps, key);
  const requireNow = async () => void (await nextStates(deps, found, wanted));
  const id = await idUnderKey(deps, key.userId, idempotency, deps.ids.uuid(), requireNow);
  const by = idempotency && id;
  try {
    return (await begunBefore(deps, key, by)) ?? (await nextRound(deps, found, wanted, by));
  } catch (refusal) {
    // Somebody with the same key may have begun it, and be what refuses it now.
    const meanwhile = await begunBefore(deps, key, by);
    if (meanwhile) return meanwhile;
    throw refusal;
  }
}

/** What the key has led to already; a round that is still to be paid for goes on. */
async function begunBefore(deps: AskingDeps, key: ProductionKey, by: string | null): Promise<Awaited<Begun> | null> {
  if (by === null) return null;
  const production = await findProduction(deps, key);
  const round = roundBegunBy(production, by);
  if (round === null) return null;
  const pending = round === production.round ? unpaidRound(production) : null;
  return pending ? payForRound(deps, pending) : { production, isNew: false };
}

function roundBegunBy({ asked = [] }: Production, id: string): number | null {
  return asked.find(({ by }) => by === id)?.round ?? null;
}

/** What waits in the round, and what it may cost; null of a resume whose round was begun already, and is still to be paid for. Throws what refuses it. */
async function nextStates(
  deps: AskingDeps,
  found: Production,
  { remake, budget: wanted }: Wanted,
): Promise<{ states: string; budget: number } | null> {
  if (remake.length === 0 && unpaidRound(found)) return null;
  requireSettled(found);
  await requireFewRefusals(deps, found.userId, deps.settings.refusalsPerHour);
  const { plan } = await readPlan(deps, found.planKey);
  const states = roundStates(found, plan, remake);
  requireMakable(deps, found, plan, states);
  const budget = wanted ?? mostCost(found, plan, states);
  const account = (await readAccount(deps.table, found.userId))?.account;
  if (!account) throw new AppError("unauthenticated");
  requirePlace(deps, account, { budget, nodes: nodesToMake({ ...found, states }) });
  return { states, budget };
}

async function nextRound(deps: AskingDeps, found: Production, wanted: Wanted, by: string | null): Begun {
  const next = await nextStates(deps, found, wanted);
  // This end may not have been closed yet, and nobody closes it once the next round has begun.
  if (next) await announceProduction(deps, found);
  const begun = await updateProduction(deps, { userId: found.userId, productionId: found.id }, (production) => {
    if (by !== null && roundBegunBy(production, by) !== null) return null;
    if (production.round !== found.round) throw unfinished();
    if (!next) return by === null || isRefused(production) ? null : withAsked(production, by);
    requireSettled(production);
    const round = toNextRound(production, deps.clock.now(), next);
    return by === null ? round : withAsked(round, by);
  });
  if (!begun) throw new AppError("not_found");
  return payForRound(deps, begun.value);
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

/** Nobody could pay for its round. */
function isRefused({ state, paidRound, round }: Production): boolean {
  return (state === "ended" || state === "settled") && paidRound < round;
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
