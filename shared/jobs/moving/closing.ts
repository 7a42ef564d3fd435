// What is left to do once a job is settled: cancel at the provider, remove what is no longer needed. Each step can be repeated.
import { inputPrefix, jobPrefix, tempInputKey, tempOutputKey, ticketKey, ticketPrefix } from "../../media/keys.ts";
import type { CancelOutcome, Provider, ProviderTask } from "../../ports/provider.ts";
import type { JobDeps, RequestDeps } from "../deps.ts";
import { ownInputKeys } from "../inputs/inputs.ts";
import { type Job, keyOf } from "../job.ts";
import type { Claim } from "./claim.ts";
import { callProvider } from "./provider-calls.ts";
import { deleteTaskItem } from "./tasks.ts";

/** Copies that were on their way when the job ended have arrived by then. */
export const LATE_CLEANING_MS = 60 * 60_000;
const CANCEL_TRIES = 3;

export async function close(deps: JobDeps, claim: Claim): Promise<void> {
  // First: whatever else cannot be done here, the user hears of the end.
  if (!claim.job.isCleaned) await announce(deps, claim.job);
  const cancelled = await cancelAtProvider(deps, claim);
  const { job } = claim;
  await Promise.all([
    ...spentKeys(job).map((key) => deps.store.delete(key)),
    ...job.taskIds.map((taskId) => deleteTaskItem(deps, job.provider, taskId)),
  ]);
  if (job.hasLeftovers) await removeLeftovers(deps, job);
  const now = deps.clock.now();
  await claim.update((current) => closedAs(current, job, cancelled, now));
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
  const comesBack = job.hasLeftovers && !job.isCleaned && !current.deletion;
  const next: Job = {
    ...current,
    providerCancel,
    task: null,
    strayTasks,
    lostReferences: [],
    uncertain: providerCancel === "unknown" ? union(current.uncertain, job.lostReferences) : current.uncertain,
    deliveries: [],
    looks: 0,
    isCleaned: true,
    phase: comesBack ? "closing" : "closed",
    dueAt: comesBack ? now + LATE_CLEANING_MS : removedAt(current, now),
  };
  if (strayTasks.length > 0) return { ...next, ...toBeClosedAgain, dueAt: now };
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
  const provider = deps.providers.get(job.provider);
  if (!provider) return "unknown";
  const known = [...job.strayTasks, ...(job.task && job.outcome !== "completed" ? [job.task] : [])];
  const results = await Promise.allSettled([
    ...known.map((task) => cancelTask(deps, claim, provider, task)),
    ...job.lostReferences.map((reference) => cancelLost(deps, claim, provider, reference)),
  ]);
  const thrown = results.find((result) => result.status === "rejected");
  if (thrown && (claim.signal.aborted || job.looks <= CANCEL_TRIES)) throw thrown.reason;
  if (thrown)
    deps.log.warn({ error: thrown.reason, jobId: job.id, taskIds: job.taskIds }, "a task could not be cancelled");
  return worst(results.map((result) => (result.status === "fulfilled" ? result.value : "unknown")));
}

function cancelTask(deps: JobDeps, claim: Claim, provider: Provider, task: ProviderTask): Promise<CancelOutcome> {
  return callProvider(deps, claim, "cancel", (context) => provider.cancel(task, context));
}

/** The job ended while a submit was under way: the provider is asked whether it knows of it, if it can be asked. */
async function cancelLost(deps: JobDeps, claim: Claim, provider: Provider, reference: string): Promise<CancelOutcome> {
  if (provider.lostSubmit !== "lookUp") return "unknown";
  const task = await callProvider(deps, claim, "lookUp", ({ signal }) => provider.lookUp({ reference, signal }));
  return task ? cancelTask(deps, claim, provider, task) : "unknown";
}

function union(some: string[], others: string[]): string[] {
  return [...new Set([...some, ...others])];
}

function worst(outcomes: CancelOutcome[]): CancelOutcome {
  if (outcomes.length === 0 || outcomes.includes("unknown")) return "unknown";
  return outcomes.includes("too_late") ? "too_late" : "done";
}

/** The round's tickets, and every file of the latest attempt. Inputs stay for as long as the user may try again. */
function spentKeys(job: Job): string[] {
  const { userId, id, round, tickets, attempt, request, outcome } = job;
  const keys = range(tickets).map((i) => ticketKey(userId, id, round, i + 1));
  if (attempt > 0) keys.push(...range(request.n).map((index) => tempOutputKey(userId, id, attempt, index)));
  if (outcome === "failed") return keys;
  if (request.source && "key" in request.source) keys.push(tempInputKey(userId, id, 0));
  return [...keys, ...ownInputKeys(job)];
}

/**
 * Objects and records of attempts that did not complete the job. Only attempts up to the one that was read are touched:
 * a retry that begins meanwhile has a higher number and a later time stamp.
 */
async function removeLeftovers(deps: JobDeps, job: Job): Promise<void> {
  for (let attempt = 1; attempt < job.attempt; attempt++) {
    for (const index of range(job.request.n)) {
      await deps.store.delete(tempOutputKey(job.userId, job.id, attempt, index));
    }
  }
  await removeObjects(deps, job);
  await removeRecords(deps, job);
  await removeOlderTickets(deps, job);
}

/** Of rounds that were tried again before they were closed. */
async function removeOlderTickets(deps: JobDeps, job: Job): Promise<void> {
  const prefix = `${ticketPrefix}${job.userId}/${job.id}/`;
  const { objects } = await deps.store.list({ prefix, limit: 1000 });
  for (const { key } of objects) {
    if (Number.parseInt(key.slice(prefix.length), 10) < job.round) await deps.store.delete(key);
  }
}

async function removeObjects(deps: JobDeps, job: Job): Promise<void> {
  const kept = new Set(job.outputs.map((output) => output.key));
  const prefix = jobPrefix(job.userId, job.id);
  const inputs = inputPrefix(job.userId, job.id);
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await deps.store.list({ prefix, limit: 100, after });
    for (const { key } of page.objects) {
      const timestamp = Number(key.slice(prefix.length).split("-")[1]);
      const isSpent = key.startsWith(inputs) ? job.outcome !== "failed" : timestamp <= job.attemptAt;
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
