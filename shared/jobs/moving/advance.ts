// The one way to move a job: advance() takes the steps that are due, whoever calls it.
import { findHold, readAccount } from "../../credits/account.ts";
import { AppError } from "../../errors/app-error.ts";
import { isWrittenAhead } from "../../items/fast-clock.ts";
import { isOverdue, nextLookAt, wasUnwatched, watchedMs } from "../../items/watched-time.ts";
import { type JobDeps, nodesOf } from "../deps.ts";
import { type Job, type JobError, type JobKey, keyOf, readJob, type StoredJob } from "../job.ts";
import { endJob, settleJob } from "../money/ending.ts";
import { isSettled, isStillToApply, MAX_LOOKS, type Phase, step, toEnded, toUnpaid } from "../states.ts";
import { updateJob } from "../update.ts";
import { check } from "./check.ts";
import { type Claim, ClaimLost, claimJob } from "./claim.ts";
import { close } from "./closing.ts";
import { persistDelivered } from "./persist.ts";
import { removeClosed } from "./remove.ts";
import { resolveLostSubmit, submit } from "./submit.ts";
import { needsLongStep, writeTicket } from "./tickets.ts";
import { transfer } from "./transfer.ts";

/** Who takes tickets; `run-assembly` those of the lane that puts films together. */
export type Runner = "run-job" | "run-assembly";

export interface AdvanceOptions {
  signal: AbortSignal;
  /** `run-job` takes steps that may be long (a transfer, a synchronous start); a tick leaves them to it while it can. */
  by: Runner | "tick";
}

/** Epoch milliseconds at which the job is due again; null when this caller has no more to do with it: closed, absent, or somebody else's. */
export type NextLook = number | null;

/** Tickets that a tick writes before it takes a long step itself. */
const TICKETS_BEFORE_TICK = 2;
const TICKET_PATIENCE_MS = 15_000;
/** A job without a hold is left this long to whoever creates it. */
const UNPAID_AFTER_MS = 60_000;
const OUTAGE_PAUSE_MS = 15_000;
const GIVEN_UP_PAUSE_MS = 60 * 60_000;

/** Takes every step of the job that is due now. Never throws for what concerns only this job; throws when the table cannot be reached. */
export async function advance(deps: JobDeps, key: JobKey, options: AdvanceOptions): Promise<NextLook> {
  const stored = await readInTime(deps, key);
  if (!stored || stored.job.dueAt === null) return null;
  const now = deps.clock.now();
  if (isOverdue(stored.job, now)) return endAtDeadline(deps, stored.job);
  const dueAt = options.by === "tick" ? Math.max(stored.job.dueAt, stored.job.ticketUntil) : stored.job.dueAt;
  if (dueAt > now) return watchOnly(deps, stored, dueAt);
  if (!stored.job.lease && isForOthers(deps, stored.job, options.by)) return handToRunJob(deps, stored);
  await using claim = await claimJob(deps, key, {
    signal: options.signal,
    takesTicket: options.by !== "tick",
    known: stored,
  });
  if (!claim) return null;
  // Awaited here: the claim is renewed only until this block is left.
  return await takeSteps(deps, claim, options);
}

/**
 * The job, with times that this clock understands, for good: those of a clock that was ahead are brought back, and an owner that seems to
 * have been away gets its lease again. If it was the clock that leapt, it lives and goes on.
 */
async function readInTime(deps: JobDeps, key: JobKey): Promise<StoredJob | null> {
  const stored = await readJob(deps.table, key);
  if (!stored || stored.job.dueAt === null) return stored;
  const now = deps.clock.now();
  const isToMend = isWrittenAhead(stored.job, now) || (stored.job.lease !== null && wasUnwatched(stored.job, now));
  return isToMend ? updateJob(deps, key, (job) => job, stored) : stored;
}

/** Nothing is to be done yet; but that somebody has looked counts. */
async function watchOnly(deps: JobDeps, stored: StoredJob, dueAt: number): Promise<NextLook> {
  const lookAt = nextLookAt(stored.job) ?? dueAt;
  if (lookAt <= deps.clock.now()) await updateJob(deps, keyOf(stored.job), (job) => job, stored);
  return dueAt;
}

async function takeSteps(deps: JobDeps, claim: Claim, options: AdvanceOptions): Promise<NextLook> {
  try {
    if (claim.job.looks > MAX_LOOKS) await giveUp(deps, claim);
    while (claim.job.dueAt !== null && claim.job.dueAt <= deps.clock.now()) {
      claim.signal.throwIfAborted();
      if (isOverdue(claim.job, deps.clock.now())) return await endAtDeadline(deps, claim.job);
      if (isForOthers(deps, claim.job, options.by)) return await leaveToRunJob(deps, claim);
      const { job, version } = claim;
      await steps[job.phase](deps, claim);
      if (claim.version === version) throw new Error(`a step changed nothing: ${job.phase}`);
    }
    await claim.release((job) => job);
    return claim.job.dueAt;
  } catch (error) {
    if (error instanceof ClaimLost || claim.signal.reason instanceof ClaimLost) return null;
    return handBack(deps, claim, error);
  }
}

const steps: Record<Phase, (deps: JobDeps, claim: Claim) => Promise<void>> = {
  queued: submitIfPaid,
  submitting: resolveLostSubmit,
  waiting: check,
  transferring: transfer,
  storing: persistDelivered,
  ended: settle,
  closing: close,
  closed: removeClosed,
};

/** Nothing is submitted without a hold. A job that nobody paid for is left alone for a minute, and then ended. */
async function submitIfPaid(deps: JobDeps, claim: Claim): Promise<void> {
  if (await isRoundPaid(deps, claim.job)) return submit(deps, claim);
  const now = deps.clock.now();
  const patienceMs = UNPAID_AFTER_MS - watchedMs(claim.job);
  if (patienceMs > 0) await claim.update((job) => ({ ...job, looks: 0, dueAt: now + patienceMs }));
  else await claim.update((job) => toUnpaid(job, now));
}

async function settle(deps: JobDeps, claim: Claim): Promise<void> {
  await settleJob(deps, keyOf(claim.job), claim.job.round);
  await claim.reload();
}

/** Whether the job's round has a hold, or had one; of a node: whether its production has admitted it. Final once it is true, and once the account is closed. */
export async function isRoundPaid(deps: JobDeps, job: Job): Promise<boolean> {
  if (job.paidRound === job.round) return true;
  if (job.production) return nodesOf(deps).isAdmitted(job);
  const stored = await readAccount(deps.table, job.userId);
  return stored !== null && findHold(stored.account, job.id, job.round) !== undefined;
}

/** The deadline ends a job over a live lease: its owner finds the claim lost. */
function endAtDeadline(deps: JobDeps, job: Job): Promise<NextLook> {
  const seconds = Math.round(job.deadlineMs / 1000);
  const isUnchecked = (job.moderation?.failures ?? 0) > 0;
  const what = isUnchecked ? "The job's content could not be checked" : "The job was not finished";
  const message = `${what} within ${seconds} s. Its credits were given back.`;
  return failRound(deps, job, { type: "deadline_exceeded", message, retryable: true });
}

const ourFault: JobError = {
  type: "internal",
  message: "The job failed on our side. Its credits were given back.",
  retryable: true,
};

/** Ends the round, and gives back what it holds, whoever has the job. */
async function failRound(deps: JobDeps, job: Job, error: JobError): Promise<NextLook> {
  const isPaid = await isRoundPaid(deps, job);
  const ended = await endJob(deps, keyOf(job), job.round, (current, now) => {
    const over = isPaid
      ? { ...toEnded(current, now, { outcome: "failed", error, captured: 0 }), paidRound: current.round }
      : toUnpaid(current, now);
    return { ...over, lease: null };
  });
  return ended?.dueAt ?? null;
}

/** Ten looks without progress: the job fails and its credits go back. What has ended already is only put aside for the operator. */
async function giveUp(deps: JobDeps, claim: Claim): Promise<void> {
  deps.log.error({ jobId: claim.job.id, phase: claim.job.phase, looks: claim.job.looks }, "a job was given up");
  const now = deps.clock.now();
  if (claim.job.outcome === null) {
    const isPaid = await isRoundPaid(deps, claim.job);
    await claim.update((job) => ({
      ...toEnded(job, now, { outcome: "failed", error: ourFault, captured: 0 }),
      paidRound: isPaid ? job.round : job.paidRound,
    }));
  } else if (isSettled(claim.job)) {
    // What its user has deleted may not stay.
    const dueAt = claim.job.deletion ? now + GIVEN_UP_PAUSE_MS : null;
    await claim.update((job) => {
      const closed: Job = { ...job, phase: "closed", looks: dueAt === null ? job.looks : 0, dueAt };
      // What is completed reads so from now on, although its project never got it.
      return isStillToApply(job) ? step(closed, now, { progress: 100 }) : closed;
    });
  }
}

/**
 * The step threw: nobody knows what became of it. The job is given back and looked at again after a growing pause. Only defects count
 * as looks: a store that is full, or a table that is away, may come back until the deadline. What only the operator can mend ends the job:
 * its user has the credits back at once, and may retry when it is mended.
 */
async function handBack(deps: JobDeps, claim: Claim, error: unknown): Promise<NextLook> {
  const isStopping = claim.signal.aborted;
  if (!isStopping && isForOperator(error) && claim.job.outcome === null) {
    const { id: jobId, phase } = claim.job;
    deps.log.error({ error, jobId, phase }, `a job was ended: ${error.forOperator}`);
    return failRound(deps, claim.job, ourFault);
  }
  const isOutage = error instanceof AppError && (error.type === "unavailable" || error.type === "storage_full");
  if (!isStopping) deps.log.error({ error, jobId: claim.job.id, phase: claim.job.phase }, "a step of a job failed");
  const pauseMs = isOutage ? OUTAGE_PAUSE_MS : Math.min(60_000, 1000 * 2 ** claim.job.looks);
  await claim.release((job) => ({
    ...job,
    looks: isStopping || isOutage ? Math.max(0, job.looks - 1) : job.looks,
    dueAt: job.dueAt === null ? null : deps.clock.now() + (isStopping ? 0 : pauseMs),
  }));
  return claim.job.dueAt;
}

function isForOperator(error: unknown): error is AppError {
  return error instanceof AppError && error.forOperator !== undefined;
}

/**
 * A long step belongs to the runner of its lane. Nobody else has the memory, the time and the disk that films are put together with: a tick leaves
 * that to run-assembly until the deadline, and takes another long step itself when nobody has come for its tickets.
 */
function isForOthers(deps: JobDeps, job: Job, by: AdvanceOptions["by"]): boolean {
  if (!needsLongStep(deps, job)) return false;
  const runner: Runner = job.lane === "assembly" ? "run-assembly" : "run-job";
  if (by === runner) return false;
  return by !== "tick" || runner === "run-assembly" || job.ticketsUnclaimed < TICKETS_BEFORE_TICK;
}

/** A long step is due: a ticket goes out, and the job is looked at again in case nobody takes it. */
async function handToRunJob(deps: JobDeps, stored: StoredJob): Promise<NextLook> {
  const dueAt = stored.job.dueAt;
  const handed = await updateJob(
    deps,
    keyOf(stored.job),
    (job) => (job.dueAt === dueAt && !job.lease ? handedOver(job, deps.clock.now()) : null),
    stored,
  );
  if (!handed?.isWritten) return null;
  await writeTicket(deps, handed.job);
  return handed.job.ticketUntil;
}

async function leaveToRunJob(deps: JobDeps, claim: Claim): Promise<NextLook> {
  await claim.release((job) => handedOver(job, deps.clock.now()));
  await writeTicket(deps, claim.job);
  return claim.job.ticketUntil;
}

function handedOver(job: Job, now: number): Job {
  return {
    ...job,
    tickets: job.tickets + 1,
    ticketsUnclaimed: job.ticketsUnclaimed + 1,
    ticketUntil: now + TICKET_PATIENCE_MS,
  };
}
