// What run-job does with a ticket: it advances the job, and stays with it for a while when it may soon be done.
import { advance, type NextLook } from "./advance.ts";
import type { JobDeps } from "./deps.ts";
import type { JobKey } from "./job.ts";

/** Stays at most `stayMs` for steps that fall due; a quick generation then never waits for the timer. */
export async function runJob(
  deps: JobDeps,
  key: JobKey,
  options: { stayMs: number; signal: AbortSignal },
): Promise<void> {
  const until = deps.clock.now() + options.stayMs;
  for (;;) {
    const next: NextLook = await advance(deps, key, { by: "run-job", signal: options.signal });
    if (next === null || next > until || options.signal.aborted) return;
    await deps.clock.sleep(next - deps.clock.now(), options.signal);
  }
}
