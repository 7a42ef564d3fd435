// What is measured of jobs and their credits. Each is called behind the write that made it true, by whoever's write that was.
import { type Account, findHold, heldCredits } from "../credits/account.ts";
import type { MetricDimensions, Metrics } from "../ports/metrics.ts";
import type { Job } from "./job.ts";
import type { Stage } from "./states.ts";

/** A change of a job was written: counts a round that it has ended, unless nobody ever paid for that. */
export function measureEnding(metrics: Metrics, before: Job, after: Job): void {
  const { type, provider, outcome, error } = after;
  if (before.outcome !== null || outcome === null || after.paidRound !== after.round) return;
  const errorType = outcome === "failed" && error ? { errorType: error.type } : {};
  metrics.count("JobsEnded", { type, provider, outcome, ...errorType });
  if (outcome !== "completed") return;
  for (const { stage, ms } of stageTimes(after)) metrics.time("JobStageTime", ms, { type, provider, stage });
}

type MeasuredStage = MetricDimensions["JobStageTime"]["stage"];

const measuredStages: Record<Stage, Exclude<MeasuredStage, "whole">> = {
  queued: "queued",
  submitted: "provider",
  generating: "provider",
  transferring: "transferring",
  storing: "storing",
  // Of the round before, which takes no time of this one.
  done: "queued",
};

/**
 * By the feed, so that they are what a user saw. Each instant of the round counts for one stage, whatever the clocks said that wrote the
 * feed; what a long feed no longer holds counts for the first stage that it does.
 */
function stageTimes({
  feed,
  deadlineAt,
  deadlineMs,
  completedAt,
  updatedAt,
}: Job): { stage: MeasuredStage; ms: number }[] {
  const endedAt = completedAt ?? updatedAt;
  const beganAt = Math.min(deadlineAt - deadlineMs, endedAt);
  const times = { queued: 0, provider: 0, transferring: 0, storing: 0 };
  let at = beganAt;
  for (const [i, { stage }] of feed.entries()) {
    const until = Math.min(Math.max(feed[i + 1]?.at ?? endedAt, at), endedAt);
    times[measuredStages[stage]] += until - at;
    at = until;
  }
  const all: Record<MeasuredStage, number> = { ...times, whole: endedAt - beganAt };
  return (Object.keys(all) as MeasuredStage[]).map((stage) => ({ stage, ms: all[stage] }));
}

/** What one write of an account has made of the holds of a job. */
export interface Settlement {
  captured: number;
  refunded: number;
  /** The round was paid for and is over, nothing was held for it, and the account does not say where that went. */
  isDrift: boolean;
}

export function settlementOf(before: Account, after: Account, job: Job | null): Settlement {
  const captured = after.spent - before.spent;
  const refunded = after.balance - before.balance;
  return { captured, refunded, isDrift: job !== null && isUnaccounted(before, job) };
}

/** A hold that was settled before is gone too: then the totals agree, and what was not captured stands in the ledger as given back. */
function isUnaccounted(account: Account, job: Job): boolean {
  const { id, round, outcome, paidRound, price, request, captured } = job;
  if (outcome === null || paidRound !== round || findHold(account, id, round)) return false;
  if (account.balance + heldCredits(account) + account.spent !== account.earned) return true;
  const refund = account.lines.find((line) => line.jobId === id && line.round === round && line.type === "refund");
  return refund !== undefined && refund.amount !== price * request.n - captured;
}

export function measureCredits(metrics: Metrics, { captured, refunded }: Settlement): void {
  if (captured > 0) metrics.count("CreditsSettled", { movement: "captured" }, captured);
  if (refunded > 0) metrics.count("CreditsSettled", { movement: "refunded" }, refunded);
}
