// What a caller gets to see of a job that it has just asked for.
import type { RequestDeps } from "../deps.ts";
import { type Job, keyOf } from "../job.ts";
import { readsAsEnded } from "../states.ts";
import { publicJob } from "./public-job.ts";
import { watchJob } from "./read.ts";

export interface Followed {
  job: Awaited<ReturnType<typeof publicJob>>;
  /** - `ended`: within the time that the caller wanted to wait; `started`: it goes on; `known`: it was there before. */
  state: "ended" | "started" | "known";
}

/** Waits for a new job as long as the caller likes; one that was there before is shown as it is. */
export async function followJob(
  deps: RequestDeps,
  { job, isNew }: { job: Job; isNew: boolean },
  options: { waitMs: number; signal: AbortSignal },
): Promise<Followed> {
  if (!isNew) return { job: await publicJob(deps.store, job), state: "known" };
  const watched = options.waitMs > 0 ? await watchJob(deps, keyOf(job), { ...options, ms: options.waitMs }) : job;
  return { job: await publicJob(deps.store, watched), state: readsAsEnded(watched) ? "ended" : "started" };
}
