// Ending a round: what goes on is cancelled or waited for; then one write says what it has come to.
import type { Plan } from "../../drama/plan.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Job, JobKey } from "../../jobs/job.ts";
import { endJob } from "../../jobs/money/ending.ts";
import { nudgeJob } from "../../jobs/moving/tickets.ts";
import { canCancel, toEnded as toJobEnded } from "../../jobs/states.ts";
import type { Look } from "../advancing/look.ts";
import { planOf } from "../advancing/look.ts";
import { isAllDecided } from "../graph.ts";
import { canEnd, toEnded } from "../states.ts";

/** Cancels every job that is admitted, as far as that is possible; what its provider has delivered completes, and is paid. */
export async function stopWhatGoesOn({ deps, claim }: Look): Promise<void> {
  const { userId, admitted } = claim.value;
  if (admitted.length === 0) return;
  await Promise.all(
    admitted.map(async ({ jobId, round }) => {
      const key: JobKey = { userId, jobId };
      const job = await endJob(deps, key, round, (current, now) => cancelled(current, now));
      if (job?.outcome === "cancelled") await nudgeJob(deps, key);
    }),
  );
  await claim.reload();
}

function cancelled(job: Job, now: number): Job | null {
  if (!canCancel(job)) return null;
  return { ...toJobEnded(job, now, { outcome: "cancelled", captured: 0 }), paidRound: job.round, lease: null };
}

/** Null where nothing is to be given back; or where the plan is gone, which must not keep a stopped round from its end. */
async function planToGiveBack(look: Look): Promise<Plan | null> {
  const { earlier } = look.claim.value;
  if (earlier === undefined) return null;
  try {
    return (await planOf(look)).plan;
  } catch (error) {
    if (error instanceof AppError && error.type === "internal") return null;
    throw error;
  }
}

/** True when the round has ended with it. */
export async function endRound(look: Look): Promise<boolean> {
  const { deps, claim } = look;
  const { state, states } = claim.value;
  if (!canEnd(claim.value) || (state === "running" && !isAllDecided(states))) return false;
  const plan = state === "running" ? (await planOf(look)).plan : await planToGiveBack(look);
  await claim.update((production) => {
    const isOver = canEnd(production) && (production.state === "stopping" || isAllDecided(production.states));
    return isOver ? toEnded(production, deps.clock.now(), plan) : production;
  });
  return claim.value.state === "ended";
}
