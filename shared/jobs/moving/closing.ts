// What is left to do once a job is settled: cancel at the provider, remove what is no longer needed. Each step can be repeated.
import { noteRefusal } from "../../limits/refusals.ts";
import {
  assemblyPrefix,
  inputPrefix,
  jobPrefix,
  tempInputKey,
  tempOutputKey,
  tempThumbnailKey,
  thumbnailKey,
  ticketKey,
  ticketPrefix,
} from "../../media/keys.ts";
import type { CallContext, CancelOutcome, Provider, ProviderTask } from "../../ports/provider.ts";
import type { JobDeps, RequestDeps } from "../deps.ts";
import { ownInputKeys } from "../inputs/inputs.ts";
import { type Job, keyOf } from "../job.ts";
import { isInputRefused } from "../moderating/record.ts";
import { isStillToApply, putOff, toApplied } from "../states.ts";
import { isEndToTell, tellEnd, withEndTold } from "../telling.ts";
import { type Claim, ClaimLost } from "./claim.ts";
import { providerIdOf } from "./first-provider.ts";
import { tempThumbnailKeys } from "./kept-thumbnails.ts";
import { PutOff, takePlace } from "./places.ts";
import { callProvider } from "./provider-calls.ts";
import { deleteTaskItem } from "./tasks.ts";
import { noteUncertain, withdrawNote } from "./uncertain-notes.ts";

/** Copies that were on their way when the job ended have arrived by then. */
export const LATE_CLEANING_MS = 60 * 60_000;
const CANCEL_TRIES = 3;

export async function close(deps: JobDeps, claim: Claim): Promise<void> {
  const { job } = claim;
  if (!isEndToTell(job)) return closeTold(deps, claim);
  tellEnd(deps.log, job);
  try {
    await closeTold(deps, claim);
  } catch (error) {
    // It is closed again later. Should this write fail too, the end is told once more.
    if (!(error instanceof ClaimLost)) await claim.update((current) => withEndTold(current, job.round)).catch(() => {});
    throw error;
  }
}

/** What it writes says that the log tells of the end. */
async function closeTold(deps: JobDeps, claim: Claim): Promise<void> {
  // Before anybody hears of the end: whoever does may count on it.
  if (isStillToApply(claim.job)) await apply(deps, claim);
  // Whatever else cannot be done here, the user hears of the end.
  if (!claim.job.isCleaned) await announce(deps, claim.job);
  await countRefusal(deps, claim.job);
  await noteUncertain(deps, claim.job, claim.job.uncertain);
  let cancelled: Job["providerCancel"];
  try {
    cancelled = await cancelAtProvider(deps, claim);
  } catch (error) {
    if (!(error instanceof PutOff)) throw error;
    await claim.update((job) => putOff(withEndTold(job, job.round), deps.clock.now(), error.at));
    return;
  }
  await requireNoRetry(claim);
  const { job } = claim;
  const isUnknown = cancelled === "unknown";
  if (isUnknown) await noteUncertain(deps, job, job.lostReferences);
  const spent = [...spentKeys(job), ...tempThumbnailKeys(deps, job)];
  await Promise.all([...spent.map((key) => deps.store.delete(key)), ...taskItems(deps, job)]);
  if (job.hasLeftovers) await removeLeftovers(deps, claim);
  const now = deps.clock.now();
  const closed = await claim.update((current) => closedAs(current, job, cancelled, now));
  const noted = [...job.uncertain, ...(isUnknown ? job.lostReferences : [])];
  for (const reference of noted) if (!closed.uncertain.includes(reference)) await withdrawNote(deps, reference);
}

/** For a deleted job nothing is done any more; it only reads as ended. */
async function apply(deps: JobDeps, claim: Claim): Promise<void> {
  const state = claim.job.deletion ? "gone" : await deps.applyOutput(deps, claim.job);
  await claim.update((job) => toApplied(job, deps.clock.now(), state));
}

function taskItems(deps: JobDeps, { provider, taskIds, fallbackFrom }: Job): Promise<void>[] {
  const ofFirst = fallbackFrom?.taskIds.map((taskId) => deleteTaskItem(deps, fallbackFrom.provider, taskId));
  return [...taskIds.map((taskId) => deleteTaskItem(deps, provider, taskId)), ...(ofFirst ?? [])];
}

/** Whoever is refused again and again is slowed down, whoever refuses. The same round counts once. */
async function countRefusal(
  deps: JobDeps,
  { userId, id, round, outcome, error, completedAt, updatedAt }: Job,
): Promise<void> {
  const isRefused = outcome === "failed" && error?.type === "moderation_blocked";
  if (!isRefused || deps.settings.refusalsPerHour === 0) return;
  await noteRefusal(deps, userId, { of: `${id}-${round}`, at: completedAt ?? updatedAt });
}

/** Makes the delivery of a settled round, if there is anybody to hear of it. A round that nobody paid for has never been, nor a deleted job. */
export async function announce(deps: RequestDeps, job: Job): Promise<void> {
  const { userId, id: jobId, round, outcome, completedAt, webhookUrl: url } = job;
  if (url === undefined || outcome === null || job.deletion || job.paidRound !== round) return;
  await deps.announceEnding(deps, { userId, jobId, round, outcome, endedAt: completedAt ?? job.updatedAt, url });
}

/** `current` may have got a late task or another ticket since `job` was read: then it is closed once more. */
function closedAs(current: Job, job: Job, providerCancel: Job["providerCancel"], now: number): Job {
  const strayTasks = current.strayTasks.slice(job.strayTasks.length);
  const first = current.fallbackFrom;
  const ofFirst = first?.strayTasks.slice(job.fallbackFrom?.strayTasks.length) ?? [];
  // A late answer may have told meanwhile what became of one.
  const stillLost = job.lostReferences.filter((reference) => current.lostReferences.includes(reference));
  const comesBack = job.hasLeftovers && !job.isCleaned && !current.deletion;
  const next: Job = {
    ...withEndTold(current, job.round),
    providerCancel,
    task: null,
    strayTasks,
    ...(first && { fallbackFrom: { ...first, strayTasks: ofFirst } }),
    lostReferences: [],
    uncertain: providerCancel === "unknown" ? union(current.uncertain, stillLost) : current.uncertain,
    deliveries: [],
    looks: 0,
    isCleaned: true,
    phase: comesBack ? "closing" : "closed",
    dueAt: comesBack ? now + LATE_CLEANING_MS : removedAt(current, now),
  };
  if (strayTasks.length + ofFirst.length > 0) return { ...next, ...toBeClosedAgain, dueAt: now };
  return current.tickets > job.tickets ? { ...next, phase: "closing", isCleaned: job.isCleaned, dueAt: now } : next;
}

/** When what a closed job has left is removed; null when its user keeps it. */
function removedAt({ deletion, keptForMs, completedAt, updatedAt }: Job, now: number): number | null {
  if (deletion) return now;
  return keptForMs === undefined ? null : (completedAt ?? updatedAt) + keptForMs;
}

/** Fields of a job that has ended and for which there is something new to cancel. */
export const toBeClosedAgain = { phase: "closing", isCleaned: false, providerCancel: "requested" } as const;

/** Asks the provider to stop whatever it may still be doing for this job, and says what came of it. */
async function cancelAtProvider(deps: JobDeps, claim: Claim): Promise<Job["providerCancel"]> {
  const { job } = claim;
  if (job.providerCancel !== "requested") return job.providerCancel;
  const known = [...job.strayTasks, ...(job.task && job.outcome !== "completed" ? [job.task] : [])];
  const { fallbackFrom: first } = job;
  const results = await Promise.allSettled([
    ...known.map((task) => cancelTask(deps, claim, job.provider, task)),
    ...(first?.strayTasks ?? []).map((task) => cancelTask(deps, claim, first?.provider ?? "", task)),
    ...job.lostReferences.map((reference) => cancelLost(deps, claim, reference)),
  ]);
  const late = results.find((result) => result.status === "rejected" && result.reason instanceof PutOff);
  const thrown = late ?? results.find((result) => result.status === "rejected");
  if (thrown?.status === "rejected" && thrown.reason instanceof PutOff) throw thrown.reason;
  if (thrown?.status === "rejected" && (claim.signal.aborted || job.looks <= CANCEL_TRIES)) throw thrown.reason;
  if (thrown?.status === "rejected")
    deps.log.warn({ error: thrown.reason, jobId: job.id, taskIds: job.taskIds }, "a task could not be cancelled");
  return worst(results.map((result) => (result.status === "fulfilled" ? result.value : "unknown")));
}

async function cancelTask(deps: JobDeps, claim: Claim, providerId: string, task: ProviderTask): Promise<CancelOutcome> {
  const provider = deps.providers.get(providerId);
  if (!provider) return "unknown";
  await requirePlace(deps, claim, provider);
  return callProvider(deps, claim, provider, "cancel", (context) => provider.cancel(task, context));
}

/** Throws PutOff while there is none. A vendor that is away is no reason to wait for ever: that counts as a try. */
async function requirePlace(deps: JobDeps, claim: Claim, provider: Provider): Promise<void> {
  const place = await takePlace(deps, claim, provider, { operation: "query", lane: "urgent" });
  if (place.isFree) return;
  if (place.openSince === null) throw new PutOff(place.at);
  throw new Error(`${provider.id} has not answered since ${new Date(place.openSince).toISOString()}`);
}

/** The job ended while a submit was under way: the provider is asked whether it knows of it, if it can be asked. */
async function cancelLost(deps: JobDeps, claim: Claim, reference: string): Promise<CancelOutcome> {
  const provider = deps.providers.get(providerIdOf(claim.job, reference));
  if (provider?.lostSubmit !== "lookUp") return "unknown";
  await requirePlace(deps, claim, provider);
  const ask = ({ signal }: CallContext) => provider.lookUp({ reference, signal });
  const task = await callProvider(deps, claim, provider, "lookUp", ask);
  return task ? cancelTask(deps, claim, provider.id, task) : "unknown";
}

function union(some: string[], others: string[]): string[] {
  return [...new Set([...some, ...others])];
}

function worst(outcomes: CancelOutcome[]): CancelOutcome {
  if (outcomes.length === 0 || outcomes.includes("unknown")) return "unknown";
  return outcomes.includes("too_late") ? "too_late" : "done";
}

/** The round's tickets, and every file of the latest attempt. Inputs stay for as long as the user may try again, unless they were refused. */
function spentKeys(job: Job): string[] {
  const { userId, id, round, tickets, attempt, request, outcome, lane } = job;
  const keys = range(tickets).map((i) => ticketKey(userId, id, round, i + 1, lane));
  if (attempt > 0) keys.push(...range(request.n).map((index) => tempOutputKey(userId, id, attempt, index)));
  if (outcome === "failed" && !isInputRefused(job)) return keys;
  if (request.source && "key" in request.source) keys.push(tempInputKey(userId, id, 0));
  return [...keys, ...ownInputKeys(job)];
}

/**
 * Inputs that were refused go while their user may try again, which ends the claim: then they stay, for the next round wants them. A round that
 * begins behind this look may still lose them. It fetches anew what has a URL; what came with a request is gone, and its credits are given back.
 */
async function requireNoRetry(claim: Claim): Promise<void> {
  if (isInputRefused(claim.job)) await claim.reload();
}

/**
 * Objects and records of attempts that did not complete the job. Only attempts up to the one that was read are touched:
 * a retry that begins meanwhile has a higher number and a later time stamp.
 */
async function removeLeftovers(deps: JobDeps, claim: Claim): Promise<void> {
  const { job } = claim;
  for (let attempt = 1; attempt < job.attempt; attempt++) {
    for (const index of range(job.request.n)) {
      await deps.store.delete(tempOutputKey(job.userId, job.id, attempt, index));
      if (deps.thumbnails) await deps.store.delete(tempThumbnailKey(job.userId, job.id, attempt, index));
    }
  }
  await removeObjects(deps, claim);
  await removeRecords(deps, job);
  await removeOlderTickets(deps, job);
}

/** Of rounds that were tried again before they were closed. */
async function removeOlderTickets(deps: JobDeps, job: Job): Promise<void> {
  const prefix = `${job.lane === "assembly" ? assemblyPrefix : ticketPrefix}${job.userId}/${job.id}/`;
  const { objects } = await deps.store.list({ prefix, limit: 1000 });
  for (const { key } of objects) {
    if (Number.parseInt(key.slice(prefix.length), 10) < job.round) await deps.store.delete(key);
  }
}

async function removeObjects(deps: JobDeps, claim: Claim): Promise<void> {
  const { job } = claim;
  const kept = new Set(job.outputs.flatMap(({ key }) => [key, thumbnailKey(key)]));
  const prefix = jobPrefix(job.userId, job.id);
  const inputs = inputPrefix(job.userId, job.id);
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await deps.store.list({ prefix, limit: 100, after });
    await requireNoRetry(claim);
    for (const { key } of page.objects) {
      const timestamp = Number(key.slice(prefix.length).split("-")[1]);
      const isSpent = key.startsWith(inputs)
        ? job.outcome !== "failed" || isInputRefused(job)
        : timestamp <= job.attemptAt;
      if (!kept.has(key) && isSpent) await deps.store.delete(key);
      after = key;
    }
    isLast = page.isLast;
  }
}

async function removeRecords(deps: JobDeps, job: Job): Promise<void> {
  const { items } = await deps.table.query({
    partition: `user#${keyOf(job).userId}`,
    prefix: `output#${job.id}#`,
    order: "ascending",
    limit: 1000,
  });
  for (const item of items) {
    const attempt = Number(item.sort.split("#")[2]?.split("-")[0]);
    const isKept = job.outcome === "completed" && attempt === job.attempt;
    if (!isKept && attempt <= job.attempt) await deps.table.delete(item, { version: item.version });
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
