// Placing the hold of a round: the account is read first, then the job, and the write only succeeds on that very account.
import { type Account, findHold } from "../../credits/account.ts";
import { placeHold, requireRoom } from "../../credits/holds.ts";
import { firstRoom, withUsedBytes } from "../../credits/storage.ts";
import { AppError } from "../../errors/app-error.ts";
import type { CoreDeps } from "../deps.ts";
import { type Job, type JobKey, readJob } from "../job.ts";
import { updateJob } from "../update.ts";
import { settleJob } from "./ending.ts";
import { usualBytes, waitingBytes } from "./kept-bytes.ts";

/**
 * - `placed`: this call charged for the round.
 * - `there`: the round was charged for before; somebody else's job, or a repeat.
 */
export type HoldOutcome = "placed" | "there";

/** Charges for a round that is pending. Throws 402, 429 or 507 when refused, and `unavailable` when the round has ended meanwhile: nothing is charged then. */
export async function holdForRound(deps: CoreDeps, key: JobKey, round: number): Promise<HoldOutcome> {
  const outcome = await deps.changeAccount<Job | null, HoldOutcome | "ended">(key.userId, {
    read: async () => (await readJob(deps.table, key))?.job ?? null,
    apply(account, job) {
      if (!job || job.round !== round) return { account, result: "ended" };
      if (job.paidRound === round || findHold(account, job.id, round)) return { account, result: "there" };
      if (job.outcome !== null) return { account, result: "ended" };
      return { account: withHold(deps, account, job), result: "placed" };
    },
  });
  if (outcome === "ended") throw endedMeanwhile();
  if (outcome === "placed") await confirm(deps, key, round);
  return outcome;
}

/** The account with the hold of the job's round. Throws 402, 429 or 507 when that is refused. */
export function withHold(deps: Pick<CoreDeps, "ids" | "clock" | "settings">, account: Account, job: Job): Account {
  const amount = job.price * job.request.n;
  requireRoom(account, amount, deps.settings);
  const isFirst = job.paidRound === 0 && !account.holds.some((other) => other.jobId === job.id);
  const bytes = firstRoom(account, deps.settings.maxStoredBytes, usualBytes(job));
  const hold = { jobId: job.id, round: job.round, amount, isFirst, bytes };
  const booking = {
    lineId: deps.ids.uuid(),
    description: `${job.type.charAt(0).toUpperCase()}${job.type.slice(1)} job with ${job.provider}`,
    now: deps.clock.now(),
  };
  // What a failed round has left for this one was counted as kept; it is in the round's hands again.
  const open = withUsedBytes(account, -waitingBytes(job));
  return placeHold(open, hold, booking);
}

/** A timer may have ended the round just before its hold was placed: the hold must not stay. Or it has put the round off: it need not wait now. */
async function confirm(deps: CoreDeps, key: JobKey, round: number): Promise<void> {
  const stored = await readJob(deps.table, key);
  const job = stored?.job;
  if (stored && job?.outcome === null && job.round === round) {
    await updateJob(deps, key, (current) => withoutDelay(current, round, deps.clock.now()), stored);
    return;
  }
  const wasStarted = job !== undefined && job.paidRound >= round;
  await settleJob(deps, key, round);
  if (!wasStarted) throw endedMeanwhile();
}

function withoutDelay(job: Job, round: number, now: number): Job | null {
  const isPutOff = job.round === round && job.attemptsInRound === 0 && job.phase === "queued" && (job.dueAt ?? 0) > now;
  return isPutOff ? { ...job, dueAt: now } : null;
}

function endedMeanwhile(): AppError {
  return new AppError("unavailable", { retryAfterMs: 1000 });
}
