// The states of a job, and every change from one to another. Pure: each takes a job and gives the next one; writing is up to others.
//
//                          ┌────────────── another attempt ──────────────┐
//                          ▼                                             │
//   create ───────────▶ queued ──▶ submitting ──▶ waiting ──▶ transferring ──▶ storing
//     ▲                    │           │  ▲          │              │             │
//     │                    │           └──┘ lost     │              │             │ last record
//     │                    ▼  cancel, failure, deadline             ▼             ▼
//     └── retry ───────────────────────────── ended ◀──────────────────────────────
//                                               │ hold captured or given back
//                                               ▼
//                                            closing ──▶ closed

import { deadlineOf } from "../items/watched-time.ts";
import type { Failure, Money, ProviderTask, Source } from "../ports/provider.ts";
import { hasOwnInputs } from "./inputs/inputs.ts";
import type { Applied, Delivery, FeedEntry, Job, JobError, Output } from "./job.ts";
import { inNextRound } from "./moderating/record.ts";

/**
 * A round that has not ended when its deadline was watched away has failed, in whatever phase (`timers/watched-time`).
 *
 * - `queued`: waits for its (next) attempt. Entered by create, retry and a failed attempt.
 * - `submitting`: the provider may or may not have heard of the attempt. Left with the provider's answer, or by finding it out.
 * - `waiting`: the provider has a task. Left by what `check` answers.
 * - `transferring`: the provider has delivered; its files stream into temp/, and are looked at there where content is checked. Too late to cancel from here on, unless one of them is only made
 *   on the way (`isMadeOnOpening`): until the last such file lies in temp/, the job can be cancelled.
 * - `storing`: every file lies in temp/ and is checked; they are copied and recorded. Whoever writes the last record ends the job.
 * - `ended`: the outcome is decided; the hold is not settled yet. Reads as processing.
 * - `closing`: settled; reads as ended, once a project has its output where it is for one. What is left over is removed.
 * - `closed`: nothing is left to do; unless the job is deleted, by its user or because a dry run has had its time: then what it left is removed.
 */
export type Phase = "queued" | "submitting" | "waiting" | "transferring" | "storing" | "ended" | "closing" | "closed";
export type Outcome = "completed" | "failed" | "cancelled";
export type Status = "pending" | "processing" | Outcome;
export type Stage = "queued" | "submitted" | "generating" | "transferring" | "storing" | "done";

/** A job whose owners die or throw this often without any progress is given up. */
export const MAX_LOOKS = 10;

/** A new round belongs to its ticket for this long; then the timer looks, in case the ticket was lost. */
export const FIRST_LOOK_MS = 10_000;

const FEED_LENGTH = 50;
const FEED_STEP_PERCENT = 5;
const FEED_STEP_MS = 5000;

export function statusOf(job: Job): Status {
  if (readsAsEnded(job) && job.outcome) return job.outcome;
  return job.attemptsInRound === 0 && job.outcome === null ? "pending" : "processing";
}

export function stageOf(job: Job): Stage {
  if (readsAsEnded(job)) return "done";
  if (job.phase === "ended" || job.phase === "closing") return job.feed.at(-1)?.stage ?? "queued";
  if (job.phase === "waiting" && job.isRefreshed) return "transferring";
  if (job.phase === "waiting") return job.progress > 0 ? "generating" : "submitted";
  if (job.phase === "submitting") return "submitted";
  return job.phase === "transferring" || job.phase === "storing" ? job.phase : "queued";
}

/** Settled: the credits are captured or given back. */
export function isSettled(job: Job): boolean {
  return job.phase === "closing" || job.phase === "closed";
}

/** It had ended, and could not be closed: it was put aside for the operator. */
export function isPutAside({ phase, looks }: Job): boolean {
  return phase === "closed" && looks > MAX_LOOKS;
}

/** Only a settled job does; and one that is completed for a project, when that has got its output. */
export function readsAsEnded(job: Job): boolean {
  return isSettled(job) && !isStillToApply(job);
}

/** What cannot be applied, however often it is tried, is put aside as `closed`. */
export function isStillToApply({ phase, outcome, applyTo }: Job): boolean {
  return phase === "closing" && outcome === "completed" && applyTo?.state === "pending";
}

/** The provider has not delivered all of it yet, so that cancelling still means something. */
export function canCancel(job: Job): boolean {
  if (job.phase === "transferring") return job.deliveries.some(isStillToBeMade);
  return !job.isRefreshed && (job.phase === "queued" || job.phase === "submitting" || job.phase === "waiting");
}

function isStillToBeMade({ state, source }: Delivery): boolean {
  return state === "waiting" && source.kind === "stream" && source.isMadeOnOpening === true;
}

/** The next attempt begins; written before the provider is called. */
export function toSubmitting(job: Job, now: number): Job {
  return step(job, now, { ...nextAttempt(job, now), phase: "submitting" });
}

/** An attempt that failed before the provider was called: an input could not be had. 0 ≤ `random` < 1. */
export function withoutInputs(job: Job, now: number, failure: AttemptFailure, random: number): Job {
  return afterFailure({ ...job, ...nextAttempt(job, now) }, now, failure, random);
}

function nextAttempt(job: Job, now: number): Partial<Job> {
  const attempt = job.attempt + 1;
  return {
    paidRound: job.round,
    startedAt: job.startedAt ?? now,
    attempt,
    attemptsInRound: job.attemptsInRound + 1,
    attemptAt: Math.max(now, job.attemptAt + 1),
    reference: `${job.id}-${attempt}`,
    task: null,
    deliveries: [],
    isRefreshed: false,
    hasLeftovers: job.hasLeftovers || job.deliveries.length > 0,
    progress: 0,
  };
}

/** The provider has a task. */
export function toWaiting(job: Job, now: number, task: ProviderTask, checkAt: number): Job {
  const taskIds = [...job.taskIds, task.id];
  return step(job, now, { phase: "waiting", task, taskIds, dueAt: lastLookAt(job, now, checkAt) });
}

/** The provider is still at it. */
export function stillWaiting(job: Job, now: number, checkAt: number, progress?: number): Job {
  const atLeast = Math.max(job.progress, Math.min(99, Math.round(progress ?? 0)));
  return step(job, now, { progress: atLeast, dueAt: lastLookAt(job, now, checkAt) });
}

/** The provider has delivered; written before the first byte moves. */
export function toTransferring(job: Job, now: number, sources: Source[]): Job {
  const deliveries = sources.slice(0, job.request.n).map((source): Delivery => ({ state: "waiting", source }));
  return step(job, now, { phase: "transferring", deliveries, dueAt: now });
}

/** Fresh sources for what could not be had from the first ones. What is stored stays; what is not offered again has failed. */
export function toTransferringAgain(job: Job, now: number, sources: Source[], random: number): Job {
  const deliveries = job.deliveries.map((delivery, index): Delivery => {
    const source = sources[index];
    return delivery.state === "stored" || !source ? delivery : { ...madeAgain(delivery), state: "waiting", source };
  });
  return onceDelivered(step(job, now, { phase: "transferring", deliveries, dueAt: now }), now, random);
}

/** One output was transferred, or could not be. */
export function withDelivery(job: Job, now: number, index: number, delivery: Delivery, random: number): Job {
  const known = { ...delivery, ...madeAgain(job.deliveries[index]) };
  const next = step(job, now, { deliveries: job.deliveries.with(index, known), dueAt: now });
  return onceDelivered(next, now, random);
}

function madeAgain(delivery: Delivery | undefined): Pick<Delivery, "isMadeAgain"> {
  return delivery?.isMadeAgain ? { isMadeAgain: true } : {};
}

/**
 * When no output is waited for any more: on to storing; or, when some are missing, to fresh sources from the provider, to another
 * attempt, and at last to storing what there is, or the end.
 */
function onceDelivered(job: Job, now: number, random: number): Job {
  if (job.deliveries.some(({ state }) => state === "waiting" || state === "unchecked")) return job;
  const failures = job.deliveries.filter((delivery) => delivery.state === "failed");
  // What was refused would be refused again, whatever else is missing.
  const failed = failures.find(({ error }) => error.type === "moderation_blocked") ?? failures[0];
  if (storedCount(job) === job.request.n) return step(job, now, { phase: "storing" });
  if (failed?.error.retryable && job.task && !job.isRefreshed) {
    return step(job, now, { phase: "waiting", isRefreshed: true, dueAt: now + REFRESH_AFTER_MS });
  }
  const failure = failed ? { ...failed.error, retryAfterMs: failed.retryAfterMs } : tooFewOutputs;
  return afterFailure(job, now, failure, random);
}

function storedCount(job: Job): number {
  return job.deliveries.filter((delivery) => delivery.state === "stored").length;
}

const REFRESH_AFTER_MS = 1000;

export const tooFewOutputs = {
  type: "provider_error",
  message: "The provider delivered fewer outputs than were asked for.",
  retryable: true,
} as const;

/** A file that lay in temp/ has gone missing before it was kept: it is transferred again. */
export function withoutDelivery(job: Job, now: number, index: number): Job {
  const delivery = job.deliveries[index];
  if (!delivery) return job;
  const again: Delivery = { state: "waiting", source: delivery.source, isMadeAgain: true };
  return step(job, now, { phase: "transferring", deliveries: job.deliveries.with(index, again), dueAt: now });
}

/** There is no place for the call that the step would make: it is taken again later. That says nothing against the job. */
export function putOff(job: Job, now: number, at: number): Job {
  const dueAt = job.phase === "waiting" ? lastLookAt(job, now, at) : at;
  return { ...job, looks: Math.max(0, job.looks - 1), dueAt };
}

/** The job goes to its fallback, for the same price. What it has left with its first provider stays known as that one's. */
export function toFallback(job: Job, now: number): Job {
  const { fallback, provider, request, attempt, strayTasks, taskIds } = job;
  if (!fallback) return job;
  const fallbackFrom = { provider, model: request.model, lastAttempt: attempt, strayTasks, taskIds };
  return step({ ...job, fallback: undefined, fallbackFrom }, now, {
    provider: fallback.provider,
    request: { ...request, model: fallback.model },
    phase: "queued",
    attemptsInRound: Math.min(job.attemptsInRound, job.maxAttempts - FALLBACK_ATTEMPTS),
    task: null,
    strayTasks: [],
    taskIds: [],
    isRefreshed: false,
    dueAt: now,
  });
}

/** What is left to a fallback of a round whose attempts are used up. */
const FALLBACK_ATTEMPTS = 2;

/** What a vendor charges, as it says or as its list says; kept whatever becomes of the job. */
export function withCost(
  job: Job,
  cost: Money | undefined,
  told: "providerCost" | "reckonedCost" = "providerCost",
): Job {
  if (!cost) return job;
  const { [cost.currency]: before = 0, ...others } = job[told] ?? {};
  // In millionths, so that sums of cents stay what they are.
  const sum = Math.round((before + cost.amount) * 1e6) / 1e6;
  return { ...job, [told]: { ...others, [cost.currency]: sum } };
}

/** The attempt failed: another one after a pause when that may help; else what it has delivered counts, or the round has failed. 0 ≤ `random` < 1. */
export function afterFailure(job: Job, now: number, failure: AttemptFailure, random: number): Job {
  const over: Job = withCost({ ...job, task: null }, failure.cost);
  if (failure.isThrottled) {
    const dueAt = Math.round(now + (failure.retryAfterMs ?? THROTTLED_MS) * (1 + random / 4));
    return step(over, now, { phase: "queued", attemptsInRound: job.attemptsInRound - 1, isRefreshed: false, dueAt });
  }
  if (canTryAgain(job, failure)) {
    const pauseMs = failure.retryAfterMs ?? BACKOFF_MS * 4 ** (job.attemptsInRound - 1) * (0.75 + random / 2);
    return step(over, now, { phase: "queued", isRefreshed: false, dueAt: Math.round(now + pauseMs) });
  }
  if (storedCount(job) > 0) return step(over, now, { phase: "storing", dueAt: now });
  if (job.fallback && failure.type === "provider_error" && failure.retryable) return toFallback(over, now);
  const { type, message, retryable, stage, categories } = failure;
  return toEnded({ ...over, phase: "waiting" }, now, {
    outcome: "failed",
    error: { type, message, retryable, ...(stage && { stage, categories }) },
    captured: 0,
  });
}

type AttemptFailure = Omit<Failure, "retryAfterMs"> &
  Pick<JobError, "stage" | "categories"> & { retryAfterMs?: number | null };

/** How long a vendor is left alone that has too much to do and does not say for how long. */
export const THROTTLED_MS = 10_000;
/** Pauses before the second and third attempt: 2 s and 8 s, a quarter more or less. */
const BACKOFF_MS = 2000;

function canTryAgain(job: Job, failure: AttemptFailure): boolean {
  return failure.retryable && job.attemptsInRound < job.maxAttempts;
}

export type Ending =
  | { outcome: "completed"; outputs: Output[]; captured: number }
  | { outcome: "failed"; error: JobError; captured: 0 }
  | { outcome: "cancelled"; captured: 0 };

/** The one write that decides how a round ends and what becomes of its hold. A lease stays: whoever ends a job that it owns closes it too. */
export function toEnded(job: Job, now: number, ending: Ending): Job {
  const isCompleted = ending.outcome === "completed";
  const isLost = !isCompleted && job.phase === "submitting" && job.reference !== null;
  const mayStillRun = !isCompleted && (job.task !== null || isLost);
  return step(job, now, {
    phase: "ended",
    outcome: ending.outcome,
    captured: ending.captured,
    error: ending.outcome === "failed" ? ending.error : null,
    outputs: isCompleted ? ending.outputs : [],
    completedAt: now,
    hasLeftovers: job.hasLeftovers || (!isCompleted && (job.attempt > 0 || hasOwnInputs(job))),
    isCleaned: false,
    providerCancel: mayStillRun ? "requested" : job.providerCancel,
    lostReferences: isLost && job.reference ? [...job.lostReferences, job.reference] : job.lostReferences,
    dueAt: now,
  });
}

/** What was delivered does not fit into the user's part of the store. `message`: a sentence for the user. */
export function toFull(job: Job, now: number, message: string): Job {
  const error: JobError = { type: "storage_full", message, retryable: true };
  return toEnded({ ...job, task: null }, now, { outcome: "failed", error, captured: 0 });
}

/** The hold was settled: from now on the job reads as ended, unless its output is for a project. */
export function toClosing(job: Job, now: number): Job {
  const closing: Job = { ...job, phase: "closing" };
  const isDone = job.outcome === "completed" && !isStillToApply(closing);
  return step(closing, now, { progress: isDone ? 100 : job.progress, dueAt: now });
}

/** What the output was for has it, or is gone. */
export function toApplied(job: Job, now: number, state: Applied): Job {
  return job.applyTo ? step(job, now, { applyTo: { ...job.applyTo, state }, progress: 100 }) : job;
}

/** Only of a job that is settled. It is no longer there for its user, and due to be removed; its ticket is counted. */
export function toDeleted(job: Job, now: number): Job {
  return {
    ...job,
    deletion: { at: now, isGivenBack: false },
    looks: 0,
    dueAt: now,
    ticketUntil: 0,
    tickets: job.tickets + 1,
    ticketsUnclaimed: job.ticketsUnclaimed + 1,
  };
}

/** A round that was never paid for: a first one never existed, a later one gives the job back the failure that it had. */
export function toUnpaid(job: Job, now: number): Job {
  const error: JobError = job.error ?? { type: "internal", message: "The job was never paid for.", retryable: true };
  const ended = toEnded(job, now, { outcome: "failed", error, captured: 0 });
  return job.paidRound === 0 ? ended : { ...toClosing(ended, now), retries: job.retries - 1 };
}

/** Another round: paid for anew, with a new deadline. The old error stays, in case the round cannot be paid for. */
export function toNextRound(job: Job, now: number): Job {
  const isStillToCancel = job.task !== null && job.providerCancel === "requested";
  const strayTasks = isStillToCancel && job.task ? [...job.strayTasks, job.task] : job.strayTasks;
  return step(job, now, {
    round: job.round + 1,
    retries: job.retries + (job.paidRound > 0 ? 1 : 0),
    deadlineAt: now + job.deadlineMs,
    watchedMs: 0,
    phase: "queued",
    outcome: null,
    captured: 0,
    completedAt: null,
    progress: 0,
    attemptsInRound: 0,
    task: null,
    strayTasks,
    providerCancel: isLeftToCancel({ ...job, strayTasks }) ? "requested" : null,
    deliveries: [],
    isRefreshed: false,
    ...(job.moderation && { moderation: inNextRound(job.moderation) }),
    hasLeftovers: true,
    lease: null,
    tickets: 1,
    ticketsUnclaimed: 1,
    dueAt: now,
    ticketUntil: now + FIRST_LOOK_MS,
  });
}

function isLeftToCancel({ strayTasks, lostReferences, fallbackFrom }: Job): boolean {
  return strayTasks.length + lostReferences.length + (fallbackFrom?.strayTasks.length ?? 0) > 0;
}

/** Sets fields, counts as progress, and appends to the feed what a user can see of it. */
export function step(job: Job, now: number, fields: Partial<Job>): Job {
  return withFeed({ ...job, ...fields, looks: 0, updatedAt: now }, now);
}

function withFeed(job: Job, now: number): Job {
  const entry: FeedEntry = { n: 1, at: now, status: statusOf(job), stage: stageOf(job), progress: job.progress };
  const last = job.feed.at(-1);
  if (!last) return { ...job, feed: [entry] };
  const isSameState = last.status === entry.status && last.stage === entry.stage;
  const moved = entry.progress - last.progress;
  // What a clock that was ahead has told last keeps nobody waiting.
  const isJustTold = last.at <= now && now - last.at < FEED_STEP_MS;
  const isWorthTelling = moved >= FEED_STEP_PERCENT || (moved > 0 && !isJustTold);
  if (isSameState && !isWorthTelling) return job;
  return { ...job, feed: [...job.feed, { ...entry, n: last.n + 1 }].slice(-FEED_LENGTH) };
}

/** The provider is asked once more shortly before the deadline, whenever it wanted to be asked. */
function lastLookAt(job: Job, now: number, checkAt: number): number {
  return Math.min(checkAt, isLastLook(job, now) ? deadlineOf(job) : beginOfLastLook(job));
}

/** It is so late that the provider may not be asked again before the deadline. */
export function isLastLook(job: Job, now: number): boolean {
  return now >= beginOfLastLook(job);
}

function beginOfLastLook(job: Job): number {
  return deadlineOf(job) - Math.min(30_000, job.deadlineMs / 10);
}
