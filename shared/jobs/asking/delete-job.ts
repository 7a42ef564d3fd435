// Deleting a job: from the mark on it on it does not exist for its user. The room that it took goes back here; its objects and records are
// removed by whoever moves jobs (moving/remove), because answering a request gives no right to delete files.
import { AppError } from "../../errors/app-error.ts";
import type { RequestDeps } from "../deps.ts";
import type { JobKey } from "../job.ts";
import { giveJobBack } from "../money/give-job-back.ts";
import { writeTicket } from "../moving/tickets.ts";
import { findJob } from "../reading/read.ts";
import { readsAsEnded, toDeleted } from "../states.ts";
import { updateJob } from "../update.ts";
import { refuseNode } from "./refuse-node.ts";
import { requireUnused } from "./require-unused.ts";

/** `not_found` also for one that is deleted already; `conflict` while it is unfinished, or an unfinished job works on its outputs. */
export async function deleteJob(deps: RequestDeps, key: JobKey): Promise<void> {
  const found = await findJob(deps, key);
  refuseNode(found, "It goes when its project is deleted.");
  if (!readsAsEnded(found)) throw unfinished();
  await requireUnused(deps, key.userId, { jobId: key.jobId });
  const wantedFor = await deps.releaseTake(deps, found);
  if (wantedFor !== null) throw new AppError("conflict", { message: wantedFor });
  const marked = await updateJob(deps, key, (job) => {
    if (job.deletion) return null;
    if (!readsAsEnded(job)) throw unfinished();
    if (job.isFilmed && !found.isFilmed) throw filmed();
    return toDeleted(job, deps.clock.now());
  });
  if (!marked?.isWritten) throw new AppError("not_found");
  await giveJobBack(deps, key);
  await writeTicket(deps, marked.job);
}

function unfinished(): AppError {
  return new AppError("conflict", { message: "The job is unfinished. Cancel it, or wait until it has ended." });
}

/** Since it was asked whether it can go. */
function filmed(): AppError {
  return new AppError("conflict", { message: "A production that shows it was begun at this moment." });
}
