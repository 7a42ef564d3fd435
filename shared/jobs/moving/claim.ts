// A claim: for a time, one caller is the only one who takes a job's steps.
import type { JobDeps } from "../deps.ts";
import { type Job, type JobKey, readJob, type StoredJob } from "../job.ts";
import { CLOCK_SKEW_MS } from "../timers/fast-clock.ts";
import { updateJob } from "../update.ts";
import { canHurry } from "./tickets.ts";

/** Somebody else has the job now, or it has ended: whatever the owner was about to do is no longer its business. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

export interface Claim {
  /** The job as this owner knows it, and the version of its item. */
  readonly job: Job;
  readonly version: number;
  /** Aborts when the claim is lost or the caller has to stop. Every call that the owner makes carries it. */
  readonly signal: AbortSignal;
  /** Writes a change. Throws ClaimLost when the job is no longer the owner's. */
  update(change: (job: Job) => Job): Promise<Job>;
  /** Reads the job again, after others have moved it. Throws ClaimLost as above. */
  reload(): Promise<Job>;
  /** Gives the job back with a last change. Losing is fine here. */
  release(change: (job: Job) => Job): Promise<void>;
  /** Ends the renewals. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Takes the job if it is due and nobody has it. The write that claims comes before anything else of the job is looked into,
 * and counts the look: so a job that kills its owners is found out. Null when somebody else has it.
 */
export async function claimJob(
  deps: JobDeps,
  key: JobKey,
  options: { signal: AbortSignal; takesTicket: boolean; known?: StoredJob },
): Promise<Claim | null> {
  const token = deps.ids.token();
  const claimed = await updateJob(
    deps,
    key,
    (job) => {
      const now = deps.clock.now();
      if (!isDue(job, now, options.takesTicket) || isLive(job.lease, now, deps.settings.leaseMs)) return null;
      return {
        ...job,
        lease: { token, until: now + deps.settings.leaseMs },
        looks: job.looks + 1,
        ticketUntil: 0,
        ticketsUnclaimed: options.takesTicket ? 0 : job.ticketsUnclaimed,
      };
    },
    options.known,
  );
  return claimed?.isWritten ? ownClaim(deps, key, token, claimed, options.signal) : null;
}

/** Somebody else may have put the job off since it was found due. A timer also waits for whoever has the ticket. */
function isDue(job: Job, now: number, takesTicket: boolean): boolean {
  return job.dueAt !== null && (takesTicket ? job.dueAt : Math.max(job.dueAt, job.ticketUntil)) <= now;
}

/** A lease that ends much later than one that is taken now was written by a clock that was far ahead: it counts for nothing. */
function isLive(lease: Job["lease"], now: number, leaseMs: number): boolean {
  return lease !== null && lease.until > now && lease.until <= now + leaseMs + CLOCK_SKEW_MS;
}

function ownClaim(deps: JobDeps, key: JobKey, token: string, claimed: StoredJob, stop: AbortSignal): Claim {
  let known = claimed;
  let last: Promise<unknown> = Promise.resolve();
  const lost = new AbortController();
  const released = new AbortController();

  const requireMine = (job: Job) => {
    if (job.lease?.token !== token) throw new ClaimLost();
    return job;
  };

  /** What one owner does to its job goes one after the other: it never loses against itself. */
  function inTurn(act: () => Promise<StoredJob | null>): Promise<Job> {
    const turn = last.then(async () => {
      const stored = await act();
      if (!stored) throw new ClaimLost();
      known = stored;
      return stored.job;
    });
    last = turn.catch((error) => {
      if (error instanceof ClaimLost) lost.abort(error);
    });
    return turn;
  }

  const write = (change: (job: Job) => Job) =>
    inTurn(() => updateJob(deps, key, (job) => change(requireMine(job)), known));

  /** An event may complete a job under its owner's hands: what the owner was about to make of it counts no more. */
  const update = (change: (job: Job) => Job) => {
    const { outcome } = known.job;
    return write((job) => {
      if (job.outcome !== outcome) throw new ClaimLost();
      return change(job);
    });
  };

  const reload = () =>
    inTurn(async () => {
      const stored = await readJob(deps.table, key);
      return stored && requireMine(stored.job) && stored;
    });

  async function release(change: (job: Job) => Job): Promise<void> {
    released.abort();
    await write((job) => {
      const next = change(job);
      const isNudged = next.nudges > claimed.job.nudges && canHurry(next);
      return { ...next, lease: null, dueAt: isNudged ? Math.min(next.dueAt ?? 0, deps.clock.now()) : next.dueAt };
    }).catch((error) => {
      if (!(error instanceof ClaimLost)) throw error;
    });
  }

  const renewing = renew(deps, write, { isOver: () => released.signal.aborted || lost.signal.aborted, released });
  return {
    get job() {
      return known.job;
    },
    get version() {
      return known.version;
    },
    signal: AbortSignal.any([stop, lost.signal]),
    update,
    reload,
    release,
    async [Symbol.asyncDispose]() {
      released.abort();
      await renewing;
    },
  };
}

/** Renews three times in the length of a lease. A renewal that fails for another reason than loss is tried again at the next turn. */
async function renew(
  deps: JobDeps,
  update: Claim["update"],
  state: { isOver: () => boolean; released: AbortController },
): Promise<void> {
  while (!state.isOver()) {
    await deps.clock.sleep(deps.settings.leaseMs / 3, state.released.signal);
    if (state.isOver()) return;
    await update((job) => {
      const lease = job.lease && { ...job.lease, until: deps.clock.now() + deps.settings.leaseMs };
      return { ...job, lease };
    }).catch((error) => {
      if (!(error instanceof ClaimLost)) deps.log.warn({ error }, "a lease was not renewed");
    });
  }
}
