// Asking the provider how a task is doing.
import type { Place } from "../../limits/vendor/vendor-limits.ts";
import type { CheckOutcome, Provider } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import { isLastLook, putOff, stillWaiting } from "../states.ts";
import type { Claim } from "./claim.ts";
import { leaveAlone, pauseUntilLook, takePlace } from "./places.ts";
import { callProvider, providerOf } from "./provider-calls.ts";
import { failAttempt, takeSources } from "./submit.ts";

/** When the provider cannot be reached it may still be at work: only the deadline ends such a job. */
const UNREACHABLE_CHECK_MS = 15_000;
const SHORTEST_CHECK_MS = 250;
const LONGEST_CHECK_MS = 5 * 60_000;

export async function check(deps: JobDeps, claim: Claim): Promise<void> {
  const provider = deps.providers.get(claim.job.provider);
  const place = provider ? await placeOfLook(deps, claim, provider) : null;
  if (place?.isFree === false) {
    await claim.update((job) => putOff(job, deps.clock.now(), place.at));
    return;
  }
  const outcome = await ask(deps, claim);
  if (outcome.state === "failed") {
    if (!outcome.failure.isThrottled) return failAttempt(deps, claim, outcome.failure);
    return askLater(deps, claim, outcome.failure.retryAfterMs ?? UNREACHABLE_CHECK_MS);
  }
  if (outcome.state === "succeeded") return takeSources(deps, claim, outcome);
  const wishedMs = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, outcome.checkAfterMs));
  const now = deps.clock.now();
  const checkAt = now + (provider ? pauseUntilLook(deps, provider, wishedMs) : wishedMs);
  await claim.update((job) => stillWaiting(job, now, checkAt, outcome.progress));
}

/** The look before the deadline has its place in any case. */
function placeOfLook(deps: JobDeps, claim: Claim, provider: Provider): Promise<Place> {
  const now = deps.clock.now();
  const lane = isLastLook(claim.job, now) ? "urgent" : "usual";
  return takePlace(deps, claim, provider, { operation: "query", lane, gapMs: now - claim.job.updatedAt });
}

/** There were too many questions: this one was not answered, and the task goes on as it did. */
async function askLater(deps: JobDeps, claim: Claim, pauseMs: number): Promise<void> {
  await leaveAlone(deps, providerOf(deps, claim.job), "query", pauseMs);
  const now = deps.clock.now();
  await claim.update((job) => stillWaiting(job, now, now + pauseMs));
}

async function ask(deps: JobDeps, claim: Claim): Promise<CheckOutcome> {
  const { task } = claim.job;
  if (!task) throw new Error("a waiting job has no task");
  try {
    const provider = providerOf(deps, claim.job);
    return await callProvider(deps, claim, provider, "check", (context) => provider.check(task, context));
  } catch (error) {
    if (claim.signal.aborted) throw error;
    deps.log.warn({ error, jobId: claim.job.id, provider: claim.job.provider }, "a task could not be checked");
    return { state: "running", checkAfterMs: UNREACHABLE_CHECK_MS };
  }
}
