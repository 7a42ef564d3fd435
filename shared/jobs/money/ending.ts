// How a round ends: one write decides, then the account follows, and only then does the job read as ended.
import type { Account } from "../../credits/account.ts";
import { settleHold } from "../../credits/holds.ts";
import { asSeenAt } from "../../items/watched-time.ts";
import { isNodeJobId } from "../../ports/ids.ts";
import { type CoreDeps, nodesOf } from "../deps.ts";
import { type Job, type JobKey, jobItem, readJob, type StoredJob } from "../job.ts";
import { measureCredits, measureEnding, type Settlement, settlementOf } from "../measures.ts";
import { toClosing } from "../states.ts";
import { tellMove } from "../telling.ts";
import { updateJob } from "../update.ts";
import { keptBytes } from "./kept-bytes.ts";

/**
 * Ends the round unless it has ended otherwise, then settles. `change` is asked only while the round is unfinished, and may answer
 * null to leave it so. Answers the job as it is now, null when there is none.
 */
export async function endJob(
  deps: CoreDeps,
  key: JobKey,
  round: number,
  change: (job: Job, now: number) => Job | null,
): Promise<Job | null> {
  if (deps.table.putTogether && !isNodeJobId(key.jobId)) return endTogether(deps, key, round, change);
  const ended = await updateJob(deps, key, (job) => {
    if (job.outcome !== null || job.round !== round) return null;
    return change(job, deps.clock.now());
  });
  if (!ended?.isWritten) return ended?.job ?? null;
  return settleJob(deps, key, round);
}

/** All three steps in one write, where the table writes items together: the job is never seen between its end and its settlement. */
async function endTogether(
  deps: CoreDeps,
  key: JobKey,
  round: number,
  change: (job: Job, now: number) => Job | null,
): Promise<Job | null> {
  const ended = await deps.changeAccount<StoredJob | null, EndedTogether | { now: Job } | null>(key.userId, {
    read: () => readJob(deps.table, key),
    apply(account, stored) {
      if (!stored) return { account, result: null };
      const now = deps.clock.now();
      const isOpen = stored.job.outcome === null && stored.job.round === round;
      const decided = isOpen ? change(asSeenAt(stored.job, now), now) : null;
      if (!decided) return { account, result: { now: stored.job } };
      const job: Job = { ...(decided.phase === "ended" ? toClosing(decided, now) : decided), writtenAt: now };
      const next = settled(deps, account, job);
      return {
        account: next,
        result: { before: stored.job, now: job, settlement: settlementOf(account, next, job) },
        beside: [{ item: jobItem(job), condition: { version: stored.version } }],
      };
    },
  });
  if (!ended || !("settlement" in ended)) return ended?.now ?? null;
  measureEnding(deps.metrics, ended.before, ended.now);
  tellMove(deps.log, ended.before, ended.now);
  measureCredits(deps.metrics, ended.settlement);
  if (ended.settlement.isDrift) reportDrift(deps, ended.now);
  return ended.now;
}

interface EndedTogether {
  before: Job;
  now: Job;
  settlement: Settlement;
}

/** Steps 2 and 3 of an ending; each may be repeated by anybody. Answers the job as it is now. */
export async function settleJob(deps: CoreDeps, key: JobKey, round: number): Promise<Job | null> {
  if (isNodeJobId(key.jobId)) return settleNode(deps, key, round);
  const settlement = await deps.changeAccount<Job | null, Settlement>(key.userId, {
    read: async () => (await readJob(deps.table, key))?.job ?? null,
    apply(account, job) {
      const next = job ? settled(deps, account, job) : account;
      return { account: next, result: settlementOf(account, next, job) };
    },
  });
  measureCredits(deps.metrics, settlement);
  const closed = await closing(deps, key, round);
  if (closed?.isWritten && settlement.isDrift) reportDrift(deps, closed.job);
  return closed?.job ?? null;
}

/** The same of a node: its production is the account that it is paid from. */
async function settleNode(deps: CoreDeps, key: JobKey, round: number): Promise<Job | null> {
  const job = (await readJob(deps.table, key))?.job;
  if (job?.phase !== "ended" || job.round !== round) return job ?? null;
  await nodesOf(deps).settle(job);
  return closing(deps, key, round).then((closed) => closed?.job ?? null);
}

function closing(deps: CoreDeps, key: JobKey, round: number) {
  return updateJob(deps, key, (job) => {
    if (job.phase !== "ended" || job.round !== round) return null;
    return toClosing(job, deps.clock.now());
  });
}

function reportDrift({ metrics, log }: CoreDeps, { userId, id: jobId, round, outcome }: Job): void {
  metrics.count("LedgerDrift", {});
  log.error({ userId, jobId, round, outcome }, "ledger drift: the hold of a job was lost");
}

/** The account with every hold of the job settled that is not the hold of an unfinished round. */
export function settled(deps: Pick<CoreDeps, "ids" | "clock">, account: Account, job: Job): Account {
  return account.holds
    .filter((hold) => hold.jobId === job.id && (hold.round < job.round || job.outcome !== null))
    .reduce((changed, hold) => {
      const isDecided = hold.round === job.round;
      const settlement = {
        id: job.id,
        round: hold.round,
        captured: isDecided ? job.captured : 0,
        keptBytes: isDecided ? keptBytes(job) : 0,
        jobExists: job.paidRound > 0,
      };
      return settleHold(changed, settlement, {
        lineId: deps.ids.uuid(),
        description: `Credits of ${withArticle[job.type]} job given back`,
        now: deps.clock.now(),
      });
    }, account);
}

const withArticle = {
  image: "an image",
  video: "a video",
  text: "a text",
  audio: "an audio",
  archive: "an archive",
} as const;
