// A retry by the user: one write begins the next round, then it is paid for like a creation.
import { readAccount } from "../../credits/account.ts";
import { requireRoom } from "../../credits/holds.ts";
import { AppError } from "../../errors/app-error.ts";
import { requireFewRefusals } from "../../limits/refusals.ts";
import type { RequestDeps } from "../deps.ts";
import type { Job, JobKey } from "../job.ts";
import { holdForRound } from "../money/hold.ts";
import { announce } from "../moving/closing.ts";
import { writeTicket } from "../moving/tickets.ts";
import { findJob } from "../reading/read.ts";
import { isSettled, toNextRound, toUnpaid } from "../states.ts";
import { isEndToTell, tellEnd, tellTriedAgain, withEndTold } from "../telling.ts";
import { updateJob } from "../update.ts";
import { refuseNode } from "./refuse-node.ts";

const MAX_RETRIES = 3;

/** The job in its next round. `conflict` unless it has failed and retries are left; 402 without the credits, 507 without room, and then nothing has changed. */
export async function retryJob(deps: RequestDeps, key: JobKey): Promise<Job> {
  const failed = await findJob(deps, key);
  refuseNode(failed, "Resume that: POST /productions/{id}/resume.");
  // A retry before this one died, or was told to come back, before its round was paid for: this one goes on.
  const isUnpaid = failed.outcome === null && failed.paidRound > 0 && failed.paidRound < failed.round;
  if (isUnpaid) return payForRound(deps, key, failed);
  requireRetryable(failed);
  await requireFewRefusals(deps, key.userId, deps.settings.refusalsPerHour);
  const account = (await readAccount(deps.table, key.userId))?.account;
  if (account) requireRoom(account, failed.price * failed.request.n, deps.settings);
  // This end may not have been closed yet, and nobody closes it once the next round has begun.
  await announce(deps, failed);
  if (isEndToTell(failed)) tellEnd(deps.log, failed);
  const pending = await updateJob(deps, key, (job) => {
    if (job.deletion) throw new AppError("not_found");
    requireRetryable(job);
    if (job.round !== failed.round) throw notRetryable();
    const now = deps.clock.now();
    return withEndTold(toNextRound(job, now), job.round);
  });
  if (!pending) throw new AppError("not_found");
  return payForRound(deps, key, pending.job);
}

async function payForRound(deps: RequestDeps, key: JobKey, pending: Job): Promise<Job> {
  try {
    if ((await holdForRound(deps, key, pending.round)) === "there") throw notRetryable();
  } catch (error) {
    const isRefused = error instanceof AppError && [401, 402, 429, 507].includes(error.status);
    if (isRefused) await takeBack(deps, key, pending.round);
    throw error;
  }
  tellTriedAgain(deps.log, pending);
  await writeTicket(deps, pending);
  return pending;
}

/** The round was refused for certain, so that no hold of it exists: the job is failed again, with its old error. */
async function takeBack(deps: RequestDeps, key: JobKey, round: number): Promise<void> {
  await updateJob(deps, key, (job) => {
    const isUnpaid = job.round === round && job.outcome === null && job.paidRound < round;
    return isUnpaid ? { ...toUnpaid(job, deps.clock.now()), lease: null } : null;
  });
}

function requireRetryable(job: Job): void {
  if (job.outcome !== "failed" || !isSettled(job)) {
    throw notRetryable();
  }
  if (job.retries >= MAX_RETRIES) {
    throw new AppError("conflict", {
      message: `The job was tried again ${MAX_RETRIES} times already. Make a new one.`,
    });
  }
}

function notRetryable(): AppError {
  return new AppError("conflict", { message: "Only a job that has failed can be tried again." });
}
