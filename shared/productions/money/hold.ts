// The credits of a round of a production: set aside for its whole budget, captured for what its nodes have cost, looked at when nobody did.
import { type Account, findHold, type Hold } from "../../credits/account.ts";
import { extendHold, HOLD_REVIEW_MS, placeHold, requireRoom, settleHold } from "../../credits/holds.ts";
import { requireBytes, sizeText } from "../../credits/storage.ts";
import { AppError } from "../../errors/app-error.ts";
import { asSeenAt, deadlineOf } from "../../items/watched-time.ts";
import type { CoreDeps } from "../../jobs/deps.ts";
import { measureCredits, settlementOf } from "../../jobs/measures.ts";
import { isWaiting, stateOf } from "../graph.ts";
import { type Production, type ProductionKey, readProduction } from "../production.ts";
import { toSettled } from "../states.ts";
import { updateProduction } from "../update.ts";

/** Productions of one user that are not settled. */
export const MOST_PRODUCTIONS = 2;
/** Of one node; most are smaller. */
const USUAL_NODE_BYTES = 2 * 1024 ** 2;

/**
 * - `placed`: this call has set the budget aside.
 * - `there`: it was set aside before.
 * - `ended`: the production is not in that round any more, or is not to be started: nothing is set aside.
 */
export type HoldOutcome = "placed" | "there" | "ended";

/** Throws 401, 402, 429 or 507 when refused; then nothing was written. */
export function holdBudget(deps: CoreDeps, key: ProductionKey, round: number): Promise<HoldOutcome> {
  return deps.changeAccount<Production | null, HoldOutcome>(key.userId, {
    read: async () => (await readProduction(deps.table, key))?.production ?? null,
    apply(account, production) {
      if (!production || production.round !== round) return { account, result: "ended" };
      if (production.paidRound === round || findHold(account, production.id, round))
        return { account, result: "there" };
      if (production.state !== "starting") return { account, result: "ended" };
      return { account: withBudgetHeld(deps, account, production), result: "placed" };
    },
  });
}

function withBudgetHeld(deps: CoreDeps, account: Account, production: Production): Account {
  const { id: productionId, round, budget: amount } = production;
  const nodes = nodesToMake(production);
  requirePlace(deps, account, { budget: amount, nodes });
  const hold = { productionId, round, amount, isFirst: false, bytes: bytesFor(nodes) };
  return placeHold(account, hold, { lineId: deps.ids.uuid(), description: "Production", now: deps.clock.now() });
}

/** Throws what a caller is told: 401, 402, 429 or 507. `nodes`: so many are to be made. */
export function requirePlace(
  { settings }: Pick<CoreDeps, "settings">,
  account: Account,
  { budget, nodes }: { budget: number; nodes: number },
): void {
  requireRoom(account, budget, settings);
  if (nodes > 0) {
    const bytes = bytesFor(nodes);
    const why = `For ${nodes} ${nodes === 1 ? "part" : "parts"} to be made ${sizeText(bytes)} are set aside.`;
    requireBytes(account, settings.maxStoredBytes, bytes, why);
  }
  const running = account.holds.filter(({ productionId }) => productionId !== undefined).length;
  if (running < MOST_PRODUCTIONS) return;
  throw new AppError("rate_limited", {
    message: `There are ${running} productions under way already, and ${MOST_PRODUCTIONS} are allowed. Wait until one has ended, or cancel it.`,
    retryAfterMs: 30_000,
  });
}

/** What the round makes at most, before it has begun. While the whole is not planned: as much as was quoted. */
export function nodesToMake({
  isExpanded,
  paidRound,
  quote,
  states,
  unmade = Number.POSITIVE_INFINITY,
}: Pick<Production, "isExpanded" | "paidRound" | "quote" | "states" | "unmade">): number {
  if (!isExpanded) return quote.nodes;
  const waiting = [...states].filter((_, node) => isWaiting(stateOf(states, node))).length;
  return paidRound === 0 ? Math.min(unmade, waiting) : waiting;
}

function bytesFor(nodes: number): number {
  return nodes * USUAL_NODE_BYTES;
}

/** Whether the round has a hold, or had one: final once it is true. */
export function isRoundHeld(account: Account | undefined, { id, round, paidRound }: Production): boolean {
  return paidRound === round || (account !== undefined && findHold(account, id, round) !== undefined);
}

/** Steps 2 and 3 of an ending; each may be repeated by anybody. Answers the production as it is now. */
export async function settleProduction(deps: CoreDeps, key: ProductionKey): Promise<Production | null> {
  const wasPaid = await settleHolds(deps, key);
  const settled = await updateProduction(deps, key, (production) =>
    production.state === "ended" ? toSettled(production, deps.clock.now(), wasPaid) : null,
  );
  if (settled?.isWritten) tellEnding(deps, settled.value);
  return settled?.value ?? null;
}

function tellEnding({ log, metrics }: CoreDeps, production: Production): void {
  const { id: productionId, userId, round, paidRound, outcome, reason, createdAt, completedAt } = production;
  if (outcome === null || paidRound !== round) return;
  metrics.count("ProductionsEnded", { outcome });
  if (outcome === "completed") metrics.time("ProductionTime", (completedAt ?? createdAt) - createdAt, {});
  log.info({ userId, productionId, round, outcome, reason }, "a production has ended");
}

/** Whether there was a hold of the latest round. */
async function settleHolds(deps: CoreDeps, key: ProductionKey): Promise<boolean> {
  const { wasPaid, settlement } = await deps.changeAccount(key.userId, {
    read: async () => (await readProduction(deps.table, key))?.production ?? null,
    apply(account, production) {
      const next = production ? settled(deps, account, production) : account;
      const wasPaid = production !== null && findHold(account, production.id, production.round) !== undefined;
      return { account: next, result: { wasPaid, settlement: settlementOf(account, next, null) } };
    },
  });
  measureCredits(deps.metrics, settlement);
  return wasPaid;
}

/** The account with every hold of the production settled that is not that of an unfinished round: by what the round says that it has cost. */
function settled(deps: Pick<CoreDeps, "ids" | "clock">, account: Account, production: Production): Account {
  const isOver = production.state === "ended" || production.state === "settled";
  return account.holds
    .filter(({ productionId, round }) => productionId === production.id && (round < production.round || isOver))
    .reduce((changed, { round }) => withSettled(deps, changed, production, round), account);
}

/** A round that is not among those that have ended was never paid for, as far as anybody knew: it costs nothing. */
function withSettled(
  deps: Pick<CoreDeps, "ids" | "clock">,
  account: Account,
  { id, rounds }: Pick<Production, "id" | "rounds">,
  round: number,
): Account {
  const { captured, bytes } = rounds.find((one) => one.round === round) ?? { captured: 0, bytes: 0 };
  return settleHold(
    account,
    { id, round, captured, keptBytes: bytes, jobExists: true },
    { lineId: deps.ids.uuid(), description: "Credits of a production given back", now: deps.clock.now() },
  );
}

/** What the timer does with a hold that has outlived its expiry: an unfinished production extends it, one that has ended decides, none gives it back. */
export async function reviewProductionHold(deps: CoreDeps, userId: string, hold: Hold): Promise<void> {
  const { productionId, round } = hold;
  if (productionId === undefined) return;
  const settlement = await deps.changeAccount(userId, {
    read: async () => (await readProduction(deps.table, { userId, productionId }))?.production ?? null,
    apply(account, production) {
      const next = reviewed(deps, account, { ...hold, productionId, round }, production);
      return { account: next, result: settlementOf(account, next, null) };
    },
  });
  measureCredits(deps.metrics, settlement);
}

function reviewed(
  deps: CoreDeps,
  account: Account,
  hold: Hold & { productionId: string },
  production: Production | null,
): Account {
  if (!production) return withSettled(deps, account, { id: hold.productionId, rounds: [] }, hold.round);
  const isOver = production.state === "ended" || production.state === "settled";
  if (isOver || hold.round < production.round) return settled(deps, account, production);
  const now = deps.clock.now();
  const expiresAt = Math.max(deadlineOf(asSeenAt(production, now)), now) + HOLD_REVIEW_MS;
  return expiresAt === hold.expiresAt ? account : extendHold(account, hold, expiresAt);
}
