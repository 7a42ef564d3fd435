// Starting a production: idempotency item, takes, snapshot, production, lock, hold, ticket, in this order. A crash after any of them is repaired by the
// repeat or the timer.
import { readAccount } from "../../credits/account.ts";
import { maxNodes } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import { type IdempotencyKey, idUnderKey, readIdempotency } from "../../jobs/asking/idempotency.ts";
import { requireFewRefusals } from "../../limits/refusals.ts";
import { keepTakes } from "../../projects/takes.ts";
import type { AskingDeps } from "../deps.ts";
import { holdBudget, requirePlace, settleProduction } from "../money/hold.ts";
import { type PlanFile, putPlan } from "../plans.ts";
import { keyOf, type Production, type ProductionKey, productionItem, readProduction } from "../production.ts";
import { requireReady } from "../readiness.ts";
import { toNextRound, toUnpaid } from "../states.ts";
import { nudgeProduction } from "../tickets.ts";
import { updateProduction } from "../update.ts";
import { lockProject, type MakeProject, runningProduction, unlockProject } from "./lock.ts";
import { newProduction } from "./new-production.ts";

export interface NewProduction {
  userId: string;
  projectId: string;
  title: string;
  file: PlanFile;
  /** Absent: what the whole costs at most. */
  budget?: number | undefined;
  /** Nodes that the project does not have yet. Absent: all. */
  unmade?: number | undefined;
  /** Who is to hear of each round's end. */
  webhookUrl?: string | undefined;
  /** Makes the project with the production: the one that the production names, which a repeat may have found. */
  project?: MakeProject | undefined;
  /** Throws what a user who has as many projects as there may be is told. */
  requireFewProjects?: (() => Promise<void>) | undefined;
}

/** The production and whether this call started it. Throws 400, 401, 402, 404, 409, 422, 429, 503, 507. */
export async function startProduction(
  deps: AskingDeps,
  wanted: NewProduction,
  idempotency: IdempotencyKey | null,
): Promise<{ production: Production; isNew: boolean }> {
  const freshId = deps.ids.uuid();
  const requireNow = () => requireStartable(deps, wanted);
  const productionId = await idUnderKey(deps, wanted.userId, idempotency, freshId, requireNow);
  const key = { userId: wanted.userId, productionId };
  const found = productionId === freshId ? null : await readProduction(deps.table, key);
  if (found) await requireKept(deps, found.production);
  const production = found?.production ?? (await writeProduction(deps, wanted, key));
  if (isStarted(production)) return { production, isNew: false };
  const pending = production.state === "starting" ? production : await reopen(deps, production);
  return payForRound(deps, pending, wanted.project);
}

/** The production that an earlier request with this key has started; null when there is none, or it was never paid for; `conflict` when it was deleted. */
export async function findStartedProduction(
  deps: AskingDeps,
  userId: string,
  idempotency: IdempotencyKey,
): Promise<Production | null> {
  const known = await readIdempotency(deps, userId, idempotency);
  const production = known && (await readProduction(deps.table, { userId, productionId: known.jobId }))?.production;
  if (production) await requireKept(deps, production);
  return production && isStarted(production) ? production : null;
}

/** Whoever deleted it would be charged for another one by a repeat that came late. */
async function requireKept({ table }: AskingDeps, { userId, projectId, purged }: Production): Promise<void> {
  const project = await table.get({ partition: `user#${userId}`, sort: `project#${projectId}` });
  if (!purged && (project?.data.deletedAt ?? null) === null) return;
  const message = "This Idempotency-Key made a film whose project was deleted. Use a new key for a new one.";
  throw new AppError("conflict", { message });
}

function isStarted({ paidRound, state }: Production): boolean {
  return paidRound > 0 || state === "running" || state === "stopping";
}

async function requireStartable(deps: AskingDeps, wanted: NewProduction): Promise<void> {
  await requireReady(deps);
  await requireFewRefusals(deps, wanted.userId, deps.settings.refusalsPerHour);
  const quote = deps.planner.quote(wanted.file.snapshot);
  if (quote.nodes > maxNodes) throw tooLarge(quote.nodes);
  const account = (await readAccount(deps.table, wanted.userId))?.account;
  if (!account) throw new AppError("unauthenticated");
  requirePlace(deps, account, { budget: wanted.budget ?? quote.price, nodes: wanted.unmade ?? quote.nodes });
  if (wanted.project) {
    await wanted.requireFewProjects?.();
    return;
  }
  const item = await deps.table.get({ partition: `user#${wanted.userId}`, sort: `project#${wanted.projectId}` });
  if (!item || (item.data.deletedAt ?? null) !== null) throw new AppError("not_found");
  const running = typeof item.data.running === "string" ? item.data.running : null;
  const other = await runningProduction(deps, { userId: wanted.userId, running });
  if (other !== null) throw projectTaken();
}

function tooLarge(nodes: number): AppError {
  const message = `A film of this size has ${nodes} parts to make, and at most ${maxNodes} are made in one production. Ask for fewer episodes, scenes or seconds.`;
  return new AppError("invalid_request", { message, details: [{ path: "body", message }] });
}

function projectTaken(): AppError {
  return new AppError("conflict", {
    message: "Another production of this project is under way. Wait until it has ended, or cancel it.",
  });
}

/** The production under this id, written now unless somebody else was faster; before it says so its takes are kept and its snapshot lies in the store. */
async function writeProduction(deps: AskingDeps, wanted: NewProduction, key: ProductionKey): Promise<Production> {
  await keepTakes(deps, key.userId, Object.values(wanted.file.snapshot.clips));
  const planKey = await putPlan(deps, key, wanted.file);
  const production = newProduction(deps, wanted, { key, planKey });
  if ((await deps.table.put(productionItem(production), "absent")) !== null) return production;
  const faster = await readProduction(deps.table, key);
  if (!faster) throw new Error("a production is neither absent nor there");
  return faster.production;
}

/** One that was ended because nobody paid for it begins its next round first. */
async function reopen(deps: AskingDeps, production: Production): Promise<Production> {
  if (production.state === "ended") await settleProduction(deps, keyOf(production));
  const reopened = await updateProduction(deps, keyOf(production), (current) => {
    const isUnpaid = current.state === "settled" && current.paidRound === 0;
    if (!isUnpaid || current.round !== production.round) return null;
    return toNextRound(current, deps.clock.now(), { budget: current.budget });
  });
  if (!reopened) throw new AppError("not_found");
  return reopened.value;
}

/** Steps 4 to 6: lock, hold, ticket. What is refused for certain ends the round at once, so that its lock is void. */
export async function payForRound(
  deps: AskingDeps,
  pending: Production,
  project?: MakeProject,
): Promise<{ production: Production; isNew: boolean }> {
  const key = keyOf(pending);
  const { round } = pending;
  const locking = await lockProject(deps, pending, project);
  if (locking !== "locked") {
    await endUnpaid(deps, key, round);
    throw locking === "taken" ? projectTaken() : new AppError("not_found");
  }
  const held = await holdBudget(deps, key, round).catch(async (error) => {
    const isRefused = error instanceof AppError && [401, 402, 429, 507].includes(error.status);
    if (isRefused) await endUnpaid(deps, key, round);
    throw error;
  });
  // A timer may have ended the round just before its lock was written, or its hold was placed: neither must stay.
  const now = (await readProduction(deps.table, key))?.production;
  const isOver = !now || now.round !== round || now.state === "ended" || now.state === "settled";
  if (held === "ended" || isOver) {
    const settled = isOver ? await settleProduction(deps, key) : now;
    if (settled?.state === "settled") await unlockProject(deps, pending);
    if (!now || (now.round === round && now.paidRound < round)) throw endedMeanwhile();
    return { production: now, isNew: false };
  }
  if (held === "placed") await nudgeProduction(deps, key);
  return { production: now, isNew: held === "placed" };
}

function endedMeanwhile(): AppError {
  return new AppError("unavailable", { retryAfterMs: 1000 });
}

/** Ends a round that was refused. A later one gives the production back what it had come to. */
export async function endUnpaid(deps: AskingDeps, key: ProductionKey, round: number): Promise<void> {
  await updateProduction(deps, key, (production) => {
    const isPending = production.state === "starting" && production.round === round && production.paidRound < round;
    return isPending ? { ...toUnpaid(production, deps.clock.now()), lease: null } : null;
  });
  await settleProduction(deps, key);
}
