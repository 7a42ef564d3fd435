// Submitting an attempt: the attempt is written down first, the provider's task the moment that it is known.
import { AppError } from "../../errors/app-error.ts";
import type { Place } from "../../limits/vendor/vendor-limits.ts";
import { tempOutputKey } from "../../media/keys.ts";
import type { Provider, ProviderTask, Source, StartOutcome } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import { keepInputs } from "../inputs/inputs-kept.ts";
import { type Job, keyOf } from "../job.ts";
import { isInputAllowed } from "../moderating/input.ts";
import { listedCost } from "../money/listed-cost.ts";
import {
  afterFailure,
  isSettled,
  putOff,
  THROTTLED_MS,
  toEnded,
  toFallback,
  toSubmitting,
  toTransferring,
  toTransferringAgain,
  toWaiting,
  withCost,
  withoutInputs,
} from "../states.ts";
import { updateJob } from "../update.ts";
import type { Claim } from "./claim.ts";
import { toBeClosedAgain } from "./closing.ts";
import { isOfFirst } from "./first-provider.ts";
import { leaveAlone, pauseUntilLook, takePlace } from "./places.ts";
import { callProvider, providerOf, startAtProvider } from "./provider-calls.ts";
import { putTaskItem } from "./tasks.ts";
import { withdrawNote } from "./uncertain-notes.ts";

/** Begins the next attempt. Its inputs are brought together first, and looked at: until then nobody has been asked for anything. */
export async function submit(deps: JobDeps, claim: Claim): Promise<void> {
  const failure = await keepInputs(deps, claim);
  if (failure) {
    await claim.update((job) => withoutInputs(job, deps.clock.now(), failure, deps.ids.random()));
    return;
  }
  if (!(await isInputAllowed(deps, claim))) return;
  const place = await placeOfStart(deps, claim);
  if (!place.isFree) return startLater(deps, claim, place);
  await claim.update((job) => toSubmitting(job, deps.clock.now()));
  await startAttempt(deps, claim);
}

async function placeOfStart(deps: JobDeps, claim: Claim): Promise<Place> {
  const provider = deps.providers.get(claim.job.provider);
  return provider ? takePlace(deps, claim, provider, { operation: "start" }) : { isFree: true };
}

/** Waits without spending an attempt; of a vendor that has been away for long not even that, when another one can do the same. */
async function startLater(deps: JobDeps, claim: Claim, { at, openSince }: Place & { isFree: false }): Promise<void> {
  const now = deps.clock.now();
  const isAwayForLong = openSince !== null && now - openSince >= FALLBACK_AFTER_MS;
  await claim.update((job) => {
    const mayFallBack = isAwayForLong && job.phase === "queued" && job.fallback;
    return mayFallBack ? toFallback(job, now) : putOff(job, now, at);
  });
}

/** A vendor that is back within that was only restarted. */
const FALLBACK_AFTER_MS = 30_000;

/** An attempt was begun by somebody who is gone: whether the provider has heard of it is found out, if that can be done. */
export async function resolveLostSubmit(deps: JobDeps, claim: Claim): Promise<void> {
  const provider = deps.providers.get(claim.job.provider);
  const kept = await keptSources(deps, claim.job);
  if (kept.length > 0) return takeSources(deps, claim, { state: "succeeded", sources: kept });
  if (!provider || provider.lostSubmit === "never") return failUncertain(deps, claim);
  const isLookUp = provider.lostSubmit === "lookUp";
  const place = isLookUp
    ? await takePlace(deps, claim, provider, { operation: "query", lane: "urgent" })
    : await placeOfStart(deps, claim);
  if (!place.isFree) return startLater(deps, claim, place);
  if (!isLookUp) return startAttempt(deps, claim);
  const task = await callProvider(deps, claim, provider, "lookUp", (context) => provider.lookUp(context));
  if (task) return adoptTask(deps, claim, task, 0);
  await failAttempt(deps, claim, {
    type: "provider_error",
    message: "The provider never took the request.",
    retryable: true,
  });
}

/** What was kept of an answer whose owner is gone, or that broke off: nobody has to be asked for it again. */
async function keptSources(deps: JobDeps, { provider, userId, id, attempt, request }: Job): Promise<Source[]> {
  if (!deps.providers.get(provider)?.isSynchronous) return [];
  const keys = Array.from({ length: request.n }, (_, index) => tempOutputKey(userId, id, attempt, index));
  const found = await Promise.all(keys.map((key) => deps.store.head(key)));
  return found.some((info) => info !== null) ? keys.map(() => ({ kind: "kept" })) : [];
}

async function startAttempt(deps: JobDeps, claim: Claim): Promise<void> {
  const provider = await availableProvider(deps, claim);
  if (!provider) return;
  let outcome: StartOutcome;
  try {
    outcome = await startAtProvider(deps, claim, provider);
  } catch (error) {
    return afterLostAnswer(deps, claim, provider, error);
  }
  if (outcome.state === "started") return adoptTask(deps, claim, outcome.task, outcome.checkAfterMs);
  if (outcome.state === "failed") return failAttempt(deps, claim, outcome.failure);
  await takeSources(deps, claim, outcome);
}

/** The provider has succeeded. Success without outputs is a refusal that was not said: another attempt would be refused as well. */
export async function takeSources(
  deps: JobDeps,
  claim: Claim,
  { sources, cost }: StartOutcome & { state: "succeeded" },
): Promise<void> {
  if (sources.length === 0) return failAttempt(deps, claim, { ...noOutput, ...(cost && { cost }) });
  const now = deps.clock.now();
  const listed = listedCost(deps.providers.get(claim.job.provider), claim.job, sources.length);
  await claim.update((job) =>
    job.isRefreshed
      ? toTransferringAgain(job, now, sources, deps.ids.random())
      : toTransferring(cost ? withCost(job, cost) : withCost(job, listed, "reckonedCost"), now, sources),
  );
}

const noOutput = {
  type: "moderation_blocked",
  message: "The provider answered without an output and without a reason, as it does when it refuses something.",
  retryable: false,
} as const;

export async function failAttempt(
  deps: JobDeps,
  claim: Claim,
  failure: Parameters<typeof afterFailure>[2],
): Promise<void> {
  const provider = deps.providers.get(claim.job.provider);
  if (provider && failure.isThrottled) {
    await leaveAlone(deps, provider, "start", failure.retryAfterMs ?? THROTTLED_MS);
  }
  await claim.update((job) => afterFailure(job, deps.clock.now(), failure, deps.ids.random()));
}

/** The answer to a start was lost. What can be asked again is left as it is and asked soon; an attempt that is harmless to repeat is over. */
async function afterLostAnswer(deps: JobDeps, claim: Claim, provider: Provider, error: unknown): Promise<void> {
  if (claim.signal.aborted) throw error;
  deps.log.warn({ error, jobId: claim.job.id, provider: provider.id }, "the answer to a start was lost");
  const kept = await keptSources(deps, claim.job);
  if (kept.length > 0) return takeSources(deps, claim, { state: "succeeded", sources: kept });
  if (error instanceof AppError && error.type === "invalid_output") {
    const { type, message, retryable } = error;
    return failAttempt(deps, claim, { type, message, retryable });
  }
  if (provider.lostSubmit === "never") return failUncertain(deps, claim);
  // Not the provider's, but the store's, from which it was given the inputs.
  const isForOperator = error instanceof AppError && error.forOperator !== undefined;
  if (provider.lostSubmit !== "restart" || isForOperator) throw error;
  await failAttempt(deps, claim, { type: "provider_error", message: "The provider did not answer.", retryable: true });
}

/** Nobody can tell whether the provider works on it: trying again could cost twice, so the round ends and is given back. */
async function failUncertain(deps: JobDeps, claim: Claim): Promise<void> {
  const error = {
    type: "provider_unknown",
    message: "The provider's answer was lost, and it cannot be asked again. Your credits were given back.",
    retryable: false,
  } as const;
  deps.log.error({ jobId: claim.job.id, reference: claim.job.reference, provider: claim.job.provider }, "uncertain");
  await claim.update((job) => {
    const over = toEnded({ ...job, task: null }, deps.clock.now(), { outcome: "failed", error, captured: 0 });
    return { ...over, uncertain: [...job.uncertain, job.reference ?? ""] };
  });
}

/** A task's id is never dropped: if the job has moved on or ended, the task is kept as a stray one and cancelled at the provider. */
async function adoptTask(deps: JobDeps, claim: Claim, task: ProviderTask, checkAfterMs: number): Promise<void> {
  const { attempt, provider, reference } = claim.job;
  const now = deps.clock.now();
  const offered = deps.providers.get(provider);
  const pauseMs = offered ? pauseUntilLook(deps, offered, checkAfterMs) : checkAfterMs;
  const token = claim.job.lease?.token;
  deps.log.info({ jobId: claim.job.id, attempt, provider, taskId: task.id }, "a provider took a job");
  const adopt = (job: Job) => {
    const isCurrent = job.phase === "submitting" && job.attempt === attempt;
    if (!isCurrent) {
      const known = isOfFirst(job, attempt) ? job.fallbackFrom?.taskIds : job.taskIds;
      // Somebody else may have found out about it already.
      return known?.includes(task.id) ? null : withStray(job, now, task, { attempt, reference });
    }
    // Whoever took the attempt over meanwhile decides on what it knew without the task: its claim ends here.
    const isMine = job.lease?.token === token;
    return { ...toWaiting(job, now, task, now + pauseMs), lease: isMine ? job.lease : null };
  };
  const adopted = await persistently(deps, () => updateJob(deps, keyOf(claim.job), adopt));
  if (adopted?.isWritten) await putTaskItem(deps, provider, task.id, { ...keyOf(adopted.job), attempt });
  const isStray = adopted?.job.task?.id !== task.id;
  if (adopted?.isWritten && isStray && reference) await withdrawNote(deps, reference);
  await claim.reload();
}

/** Tries again for a while: what is written here is known nowhere else. */
async function persistently<T>(deps: JobDeps, act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === ADOPT_TRIES) throw error;
      await deps.clock.sleep(ADOPT_PAUSE_MS * tries);
    }
  }
}

const ADOPT_TRIES = 4;
const ADOPT_PAUSE_MS = 250;

/** It is known now what became of that attempt, so nothing about it is uncertain any more. */
function withStray(
  job: Job,
  now: number,
  task: ProviderTask,
  { attempt, reference }: Pick<Job, "attempt" | "reference">,
): Job {
  const first = isOfFirst(job, attempt) ? job.fallbackFrom : undefined;
  const of = first ?? job;
  const left = { strayTasks: [...of.strayTasks, task], taskIds: [...of.taskIds, task.id] };
  const stray: Job = {
    ...job,
    ...(first ? { fallbackFrom: { ...first, ...left } } : left),
    lostReferences: job.lostReferences.filter((lost) => lost !== reference),
    uncertain: job.uncertain.filter((lost) => lost !== reference),
    providerCancel: "requested",
  };
  return isSettled(job) ? { ...stray, ...toBeClosedAgain, dueAt: now } : stray;
}

async function availableProvider(deps: JobDeps, claim: Claim): Promise<Provider | null> {
  try {
    return providerOf(deps, claim.job);
  } catch (error) {
    const message = error instanceof Error ? error.message : "The provider is gone.";
    await failAttempt(deps, claim, { type: "provider_error", message, retryable: false });
    return null;
  }
}
