// Letting time pass for one job: nobody sits out its backoff, its deadline, or a vendor that does not answer.
import { type Job, type JobKey, readJob } from "../../shared/jobs/job.ts";
import { PATIENCE_MS } from "../patience.ts";
import type { HurriedClock } from "./hurried-clock.ts";
import type { Product } from "./local.ts";

export interface Hurried {
  product: Product;
  /** The product's. */
  clock: HurriedClock;
  /** Calls that a vendor keeps waiting. Absent: none ever. */
  waitingCalls?(): number;
}

/** A tick looks at the index as often as this at least: now, when the time has leapt. */
const LONGEST_TICK_PAUSE_MS = 5000;
/** No call of a provider is given up sooner than this; everything else that pauses so long can be called off as well. */
const SHORTEST_CALL_MS = 20_000;

/**
 * Until the job is as wanted. Whoever else has jobs here must not be at work: the time is everybody's. `inCalls`: calls that are kept waiting
 * are not given up, and the time goes on meanwhile. `each`: done before every look.
 */
export async function hurryJob(
  hurried: Hurried,
  key: JobKey,
  isThere: (job: Job) => boolean,
  { inCalls = false, each = () => {} }: { inCalls?: boolean; each?: () => void } = {},
): Promise<Job> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    each();
    const stored = await readJob(hurried.product.runtime.table, key);
    if (!stored) throw new Error("there is no such job");
    if (isThere(stored.job)) return stored.job;
    if (Date.now() > giveUpAt) throw new Error(`It never came. The job: ${JSON.stringify(stored.job)}`);
    letPass(hurried, stored.job, inCalls);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** When nobody works on the job, it is the time that it waits for. */
function letPass({ product, clock, waitingCalls = () => 0 }: Hurried, job: Job, inCalls: boolean): void {
  const { leaseMs } = product.runtime.settings;
  const waitsMs = (job.dueAt ?? 0) - clock.now();
  if (waitingCalls() > 0 && !inCalls) clock.endPauses(SHORTEST_CALL_MS);
  else if (job.lease === null && waitsMs > 0) clock.leap(waitsMs);
  else if (job.lease === null) clock.endPauses(0, LONGEST_TICK_PAUSE_MS);
  // Its owner has just renewed: so much of the lease may go by at once.
  else if (inCalls && job.lease.until - clock.now() > leaseMs / 2) clock.leap(leaseMs / 3);
}
