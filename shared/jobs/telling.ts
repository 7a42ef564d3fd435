// What the log says of jobs: one line when a round begins, one when it has ended. Never what was asked for, nor what anybody said of it: a
// vendor's words may repeat a prompt.
import type { Log } from "../ports/log.ts";
import type { Job } from "./job.ts";

export function tellCreated(log: Log, job: Job): void {
  log.info({ ...namesOf(job), price: job.price * job.request.n, n: job.request.n }, "a job was created");
}

export function tellTriedAgain(log: Log, job: Job): void {
  log.info({ ...namesOf(job), price: job.price * job.request.n }, "a job is tried again");
}

/**
 * Whether the end of the job's round is still to be told. A round that nobody paid for has never been. Whoever closes the job tells it, and
 * says so (`withEndTold`) in what it writes next: so each round is told once, by whomever it was ended. Who dies between leaves it to the next
 * one: then it is told twice, and never not at all.
 */
export function isEndToTell(job: Job): boolean {
  return job.outcome !== null && job.paidRound === job.round && job.toldRound !== job.round;
}

export function withEndTold(job: Job, round: number): Job {
  return { ...job, toldRound: Math.max(round, job.toldRound ?? 0) };
}

/** `cost`: credits that were captured. `vendorCost`: what vendors say, or by their lists where they say nothing. `ms`: of the whole round. */
export function tellEnd(log: Log, job: Job): void {
  const { outcome, error, captured, attemptsInRound, fallbackFrom } = job;
  const endedAt = job.completedAt ?? job.updatedAt;
  log.info(
    {
      ...namesOf(job),
      outcome,
      errorType: outcome === "failed" ? error?.type : undefined,
      cost: captured,
      vendorCost: vendorCostOf(job),
      ms: Math.max(0, endedAt - (job.deadlineAt - job.deadlineMs)),
      attempts: attemptsInRound,
      fallbackFrom: fallbackFrom && `${fallbackFrom.provider}/${fallbackFrom.model}`,
    },
    "a job has ended",
  );
}

/** For whoever follows a job by the log. */
export function tellMove(log: Log, before: Job, { id: jobId, phase, outcome, attempt, looks, dueAt }: Job): void {
  if (before.phase !== phase)
    log.debug({ jobId, from: before.phase, phase, outcome, attempt, looks, dueAt }, "a job moved");
}

function namesOf({ id: jobId, userId, type, operation, provider, request, round, dryRun }: Job) {
  const again = round > 1 ? { round } : {};
  return { jobId, userId, type, operation, provider, model: request.model, ...again, ...(dryRun && { dryRun }) };
}

function vendorCostOf({ providerCost, reckonedCost }: Job): Record<string, number> | undefined {
  if (!providerCost && !reckonedCost) return undefined;
  const sums: Record<string, number> = { ...providerCost };
  for (const [currency, amount] of Object.entries(reckonedCost ?? {})) sums[currency] = (sums[currency] ?? 0) + amount;
  return sums;
}
