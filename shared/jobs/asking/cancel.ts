// Cancelling: the HTTP function decides and settles; what is to be done at the provider is left to closing.
import { AppError } from "../../errors/app-error.ts";
import type { RequestDeps } from "../deps.ts";
import type { Job, JobKey } from "../job.ts";
import { endJob, settleJob } from "../money/ending.ts";
import { nudgeJob } from "../moving/tickets.ts";
import { findJob } from "../reading/read.ts";
import { canCancel, toEnded } from "../states.ts";
import { refuseNode } from "./refuse-node.ts";

/** The cancelled job; repeating it is safe. `conflict` when it ended otherwise, `too_late` once the provider has delivered: what is only made on its way into the store is not. */
export async function cancelJob(deps: RequestDeps, key: JobKey): Promise<Job> {
  const found = await findJob(deps, key);
  refuseNode(found, "Cancel that: POST /productions/{id}/cancel.");
  const ended = await endJob(deps, key, found.round, (job, now) => {
    if (!canCancel(job)) return null;
    const cancelled = toEnded(job, now, { outcome: "cancelled", captured: 0 });
    return { ...cancelled, paidRound: job.round, lease: null };
  });
  const job = ended?.phase === "ended" ? await settleJob(deps, key, ended.round) : ended;
  if (job?.outcome === "cancelled") {
    await nudgeJob(deps, key);
    return job;
  }
  if (job?.outcome) throw new AppError("conflict", { message: `The job has ended already: ${job.outcome}.` });
  throw new AppError("too_late");
}
