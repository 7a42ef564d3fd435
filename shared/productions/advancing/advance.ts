// The one way to move a production on: advanceProduction() takes every step that is due, whoever calls it.

import { readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import { ClaimLost, claimItem, type ItemClaim } from "../../items/claim.ts";
import { isWrittenAhead } from "../../items/fast-clock.ts";
import { isOverdue, nextLookAt, wasUnwatched, watchedMs } from "../../items/watched-time.ts";
import { readJob } from "../../jobs/job.ts";
import type { ProductionDeps } from "../deps.ts";
import { closeProduction } from "../ending/close.ts";
import { endRound, stopWhatGoesOn } from "../ending/end.ts";
import { isRoundHeld, settleProduction } from "../money/hold.ts";
import {
  keyOf,
  type Production,
  type ProductionKey,
  type ProductionState,
  productionItemKey,
  productionKind,
  readProduction,
} from "../production.ts";
import { readLock } from "../starting/lock.ts";
import { canEnd, toRunning, toStopping, toUnpaid } from "../states.ts";
import { withAttendance } from "../tickets.ts";
import { updateProduction } from "../update.ts";
import { admitReady } from "./admit.ts";
import { expand } from "./expand.ts";
import type { Look } from "./look.ts";
import { bringMarkers } from "./markers.ts";

export interface AdvanceOptions {
  by: "run-job" | "tick";
  signal: AbortSignal;
  /** So long the caller will look at it every moment. */
  attendsMs?: number;
}

/** A production whose owners die or throw this often without any progress is given up. */
const MAX_LOOKS = 10;
/** A round without lock or hold is left this long to whoever starts it. */
const UNPAID_AFTER_MS = 60_000;
/** While something is admitted its end makes the production due; this is for an end that nobody told. */
const LOOK_AGAIN_MS = 30_000;
const OUTAGE_PAUSE_MS = 15_000;
const GIVEN_UP_PAUSE_MS = 60 * 60_000;

/** Takes every step that is due now. Answers when the production is due again; null when this caller has no more to do with it. */
export async function advanceProduction(
  deps: ProductionDeps,
  key: ProductionKey,
  options: AdvanceOptions,
): Promise<number | null> {
  const stored = await readInTime(deps, key);
  if (!stored || stored.dueAt === null) return null;
  const now = deps.clock.now();
  const dueAt = options.by === "tick" ? Math.max(stored.dueAt, stored.ticketUntil) : stored.dueAt;
  if (dueAt > now && !isOverdue(stored, now)) return watchOnly(deps, stored, dueAt);
  if (isOverdue(stored, now)) await stopAtDeadline(deps, key);
  await using claim = await claimItem(deps, productionKind, productionItemKey(key), {
    signal: options.signal,
    takesTicket: options.by === "run-job",
  });
  if (!claim) return null;
  // Awaited here: the claim is renewed only until this block is left.
  return await takeSteps(deps, claim, options);
}

/** With times that this clock understands, for good; an owner that seems to have been away gets its lease again. */
async function readInTime(deps: ProductionDeps, key: ProductionKey): Promise<Production | null> {
  const production = (await readProduction(deps.table, key))?.production;
  if (!production || production.dueAt === null) return production ?? null;
  const now = deps.clock.now();
  const isToMend = isWrittenAhead(production, now) || (production.lease !== null && wasUnwatched(production, now));
  if (!isToMend) return production;
  return (await updateProduction(deps, key, (seen) => seen))?.value ?? null;
}

/** Nothing is to be done yet; but that somebody has looked counts. */
async function watchOnly(deps: ProductionDeps, production: Production, dueAt: number): Promise<number> {
  const lookAt = nextLookAt(production) ?? dueAt;
  if (lookAt <= deps.clock.now()) await updateProduction(deps, keyOf(production), (seen) => seen);
  return dueAt;
}

/** Over a live lease: its owner finds that nothing is admitted any more. */
async function stopAtDeadline(deps: ProductionDeps, key: ProductionKey): Promise<void> {
  await updateProduction(deps, key, (production) => {
    const now = deps.clock.now();
    return isOverdue(production, now) ? { ...toStopping(production, now, "deadline_exceeded"), lease: null } : null;
  });
}

async function takeSteps(
  deps: ProductionDeps,
  claim: ItemClaim<Production>,
  options: AdvanceOptions,
): Promise<number | null> {
  const look: Look = { deps, claim, outputs: new Map() };
  try {
    if (claim.value.looks > MAX_LOOKS) await giveUp(look);
    for (let isDone = false; !isDone; ) {
      claim.signal.throwIfAborted();
      await settleEnded(look);
      isDone = await steps[claim.value.state](look);
    }
    await claim.release((production) => released(deps, production, options));
    await deps.tell?.(deps, claim.value);
    return claim.value.dueAt;
  } catch (error) {
    if (error instanceof ClaimLost || claim.signal.reason instanceof ClaimLost) return null;
    return handBack(look, error);
  }
}

/** A look that ends without throwing was progress, however little there was to do. */
function released({ clock }: ProductionDeps, production: Production, { attendsMs = 0 }: AdvanceOptions): Production {
  const calm = { ...production, looks: 0 };
  return attendsMs > 0 && production.dueAt !== null ? withAttendance(calm, clock.now(), attendsMs) : calm;
}

/** Each answers whether nothing more is to be done now; then the production says when it is due. */
const steps: Record<ProductionState, (look: Look) => Promise<boolean>> = {
  starting: startIfPaid,
  running: makeProgress,
  stopping: stop,
  ended: settle,
  settled: close,
};

/**
 * Of all that is admitted: what has ended, or is not there, is settled. Whoever ends a job does so as well; this is for those who died
 * between, and for a job that had ended before its admission was written.
 */
async function settleEnded({ deps, claim }: Look): Promise<void> {
  const { userId, admitted } = claim.value;
  const jobs = await Promise.all(admitted.map(({ jobId }) => readJob(deps.table, { userId, jobId })));
  const over = admitted.filter(({ round }, i) => {
    const job = jobs[i]?.job;
    return !job || job.outcome !== null || job.round > round;
  });
  if (over.length === 0) return;
  await Promise.all(over.map(({ jobId }) => deps.nodes.settleEntry({ userId, productionId: claim.value.id }, jobId)));
  await claim.reload();
}

async function startIfPaid(look: Look): Promise<boolean> {
  const { deps, claim } = look;
  const { userId, round } = claim.value;
  const account = (await readAccount(deps.table, userId))?.account;
  const isHeld = isRoundHeld(account, claim.value);
  const lock = await readLock(deps, claim.value);
  const now = deps.clock.now();
  if (isHeld && lock === "locked") {
    await claim.update((production) => (isStarting(production, round) ? toRunning(production, now) : production));
    return false;
  }
  const patienceMs = UNPAID_AFTER_MS - watchedMs(claim.value);
  if (patienceMs > 0) {
    await claim.update((production) => ({ ...production, dueAt: now + Math.min(patienceMs, LOOK_AGAIN_MS) }));
    return true;
  }
  await claim.update((production) => (isStarting(production, round) ? toUnpaid(production, now) : production));
  return false;
}

function isStarting(production: Production, round: number): boolean {
  return production.state === "starting" && production.round === round;
}

async function makeProgress(look: Look): Promise<boolean> {
  const { deps, claim } = look;
  const { version } = claim;
  await bringMarkers(look);
  if (claim.value.state !== "running") return false;
  await expand(look);
  const waitsUntil = claim.value.state === "running" ? await admitReady(look) : null;
  if (claim.value.state !== "running") return false;
  if (await endRound(look)) return false;
  if (claim.version !== version && claim.value.markers.length > 0) return false;
  const dueAt = deps.clock.now() + LOOK_AGAIN_MS;
  await claim.update((production) => ({ ...production, dueAt: Math.min(dueAt, waitsUntil ?? dueAt) }));
  return true;
}

async function stop(look: Look): Promise<boolean> {
  const { deps, claim } = look;
  await bringMarkers(look);
  await stopWhatGoesOn(look);
  await bringMarkers(look);
  if (canEnd(claim.value)) {
    await endRound(look);
    return false;
  }
  await claim.update((production) => ({ ...production, dueAt: deps.clock.now() + LOOK_AGAIN_MS }));
  return true;
}

async function settle({ deps, claim }: Look): Promise<boolean> {
  await settleProduction(deps, keyOf(claim.value));
  await claim.reload();
  return false;
}

async function close(look: Look): Promise<boolean> {
  await closeProduction(look);
  return true;
}

/** Ten looks without progress. What has stopped already is put aside for an hour at a time, for the operator: its credits stay held, and are told of. */
async function giveUp({ deps, claim }: Look): Promise<void> {
  const { id: productionId, state, looks } = claim.value;
  deps.log.error({ productionId, state, looks }, "a production was given up");
  const now = deps.clock.now();
  if (state === "starting" || state === "running") {
    await claim.update((production) => ({ ...toStopping(production, now, "internal"), looks: 0 }));
    return;
  }
  await claim.release((production) => ({ ...production, looks: 0, dueAt: now + GIVEN_UP_PAUSE_MS }));
  throw new ClaimLost("it was put aside");
}

/** The step threw: nobody knows what became of it. The production is given back and looked at again after a growing pause. */
async function handBack({ deps, claim }: Look, error: unknown): Promise<number | null> {
  const { id: productionId, state, looks } = claim.value;
  const isStopping = claim.signal.aborted;
  const isOutage = error instanceof AppError && (error.type === "unavailable" || error.type === "storage_full");
  if (!isStopping) deps.log.error({ error, productionId, state }, "a step of a production failed");
  const pauseMs = isOutage ? OUTAGE_PAUSE_MS : Math.min(60_000, 1000 * 2 ** looks);
  await claim.release((production) => ({
    ...production,
    looks: isStopping || isOutage ? Math.max(0, production.looks - 1) : production.looks,
    dueAt: production.dueAt === null ? null : deps.clock.now() + (isStopping ? 0 : pauseMs),
  }));
  return claim.value.dueAt;
}
