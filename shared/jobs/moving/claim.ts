// A claim of a job: for a time, one caller is the only one who takes its steps (items/claim).
import { claimItem, type ItemClaim } from "../../items/claim.ts";
import type { JobDeps } from "../deps.ts";
import { type Job, type JobKey, jobItemKey, type StoredJob } from "../job.ts";
import { jobKind } from "../update.ts";
import { canHurry } from "./tickets.ts";

export { ClaimLost } from "../../items/claim.ts";

export interface Claim extends Omit<ItemClaim<Job>, "value" | "token"> {
  /** The job as this owner knows it. */
  readonly job: Job;
}

/**
 * Takes the job if it is due and nobody has it. The write that claims comes before anything else of the job is looked into,
 * and counts the look: so a job that kills its owners is found out. Null when somebody else has it.
 */
export async function claimJob(
  deps: JobDeps,
  key: JobKey,
  { known, ...options }: { signal: AbortSignal; takesTicket: boolean; known?: StoredJob },
): Promise<Claim | null> {
  const stored = known && { value: known.job, version: known.version };
  const claim = await claimItem(deps, { ...jobKind(deps), canHurry }, jobItemKey(key), { ...options, known: stored });
  if (!claim) return null;
  return {
    get job() {
      return claim.value;
    },
    get version() {
      return claim.version;
    },
    signal: claim.signal,
    update: claim.update,
    reload: claim.reload,
    release: claim.release,
    [Symbol.asyncDispose]: () => claim[Symbol.asyncDispose](),
  };
}
