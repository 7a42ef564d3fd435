// Asking the provider how a task is doing.
import type { CheckOutcome } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import { stillWaiting } from "../states.ts";
import type { Claim } from "./claim.ts";
import { callProvider, providerOf } from "./provider-calls.ts";
import { failAttempt, takeSources } from "./submit.ts";

/** When the provider cannot be reached it may still be at work: only the deadline ends such a job. */
const UNREACHABLE_CHECK_MS = 15_000;
const SHORTEST_CHECK_MS = 250;
const LONGEST_CHECK_MS = 5 * 60_000;

export async function check(deps: JobDeps, claim: Claim): Promise<void> {
  const outcome = await ask(deps, claim);
  if (outcome.state === "failed") return failAttempt(deps, claim, outcome.failure);
  if (outcome.state === "succeeded") return takeSources(deps, claim, outcome);
  const afterMs = Math.min(LONGEST_CHECK_MS, Math.max(SHORTEST_CHECK_MS, outcome.checkAfterMs));
  const now = deps.clock.now();
  await claim.update((job) => stillWaiting(job, now, now + afterMs, outcome.progress));
}

async function ask(deps: JobDeps, claim: Claim): Promise<CheckOutcome> {
  const { task } = claim.job;
  if (!task) throw new Error("a waiting job has no task");
  try {
    const provider = providerOf(deps, claim.job);
    return await callProvider(deps, claim, "check", (context) => provider.check(task, context));
  } catch (error) {
    if (claim.signal.aborted) throw error;
    deps.log.warn({ error, jobId: claim.job.id, provider: claim.job.provider }, "a task could not be checked");
    return { state: "running", checkAfterMs: UNREACHABLE_CHECK_MS };
  }
}
