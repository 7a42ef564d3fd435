// What run-job does with a ticket: it advances the job, and stays with it for a while when it may soon be done.

import { isNodeJobId } from "../../ports/ids.ts";
import type { JobDeps } from "../deps.ts";
import { type JobKey, readJob } from "../job.ts";
import { advance, type NextLook, type Runner } from "./advance.ts";

/** Stays at most `stayMs`, and no longer than the provider usually takes: a quick generation never waits for the timer, a slow one keeps nobody. */
export async function runJob(
  deps: JobDeps,
  key: JobKey,
  options: { stayMs: number; signal: AbortSignal; by?: Runner },
): Promise<void> {
  if (await isProduction(deps, key)) {
    await deps.productions?.run(deps, { userId: key.userId, productionId: key.jobId }, options);
    return;
  }
  const startedAt = deps.clock.now();
  for (;;) {
    const next: NextLook = await advance(deps, key, { by: options.by ?? "run-job", signal: options.signal });
    if (next === null || options.signal.aborted) return;
    const patienceMs = Math.min(options.stayMs, await usualMs(deps, key));
    if (next > startedAt + patienceMs) return;
    // No longer than that even when the clock has gone back since `next` was said.
    await deps.clock.sleep(Math.min(next - deps.clock.now(), patienceMs), options.signal);
  }
}

/** A ticket names a job; where there is none, a production. */
async function isProduction({ table, productions }: JobDeps, key: JobKey): Promise<boolean> {
  return productions !== undefined && !isNodeJobId(key.jobId) && (await readJob(table, key)) === null;
}

/** Three times what is typical, for attempts that fail; nothing for a provider that is gone. */
async function usualMs(deps: JobDeps, key: JobKey): Promise<number> {
  const job = (await readJob(deps.table, key))?.job;
  const provider = job && deps.providers.get(job.provider);
  return provider ? 3 * provider.typicalMs : 0;
}
