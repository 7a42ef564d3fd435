// What run-job does with a ticket: it advances the job, and stays with it for a while when it may soon be done.
import { advance, type NextLook } from "./advance.ts";
import type { JobDeps } from "./deps.ts";
import { type JobKey, readJob } from "./job.ts";

/** Stays at most `stayMs` for steps that fall due, if the provider is usually done by then: a quick generation never waits for the timer. */
export async function runJob(
  deps: JobDeps,
  key: JobKey,
  options: { stayMs: number; signal: AbortSignal },
): Promise<void> {
  const until = deps.clock.now() + options.stayMs;
  for (;;) {
    const next: NextLook = await advance(deps, key, { by: "run-job", signal: options.signal });
    if (next === null || next > until || options.signal.aborted || !(await isQuick(deps, key, options.stayMs))) return;
    await deps.clock.sleep(next - deps.clock.now(), options.signal);
  }
}

async function isQuick(deps: JobDeps, key: JobKey, stayMs: number): Promise<boolean> {
  const job = (await readJob(deps.table, key))?.job;
  const provider = job && deps.providers.get(job.provider);
  return provider !== undefined && provider.typicalMs <= stayMs;
}
