// Timers on one machine: each fires at the start, once more when it is told to, and then at its interval, whether or not the last one has ended.
import type { TimerHandler } from "../../events/storage.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";

export interface Timer {
  name: string;
  everyMs: number;
  /** When it fires for the second time, if not after `everyMs`: what a process that died had taken is free by then. */
  againMs?: number;
  handler: TimerHandler;
}

/** So many runs of one timer may overlap; what they share out is decided by leases. */
const MAX_OVERLAP = 8;

/** Starts the timers. The answer ends them: it aborts what is running and resolves when it has ended. */
export function startTimers(deps: { clock: Clock; log: Log }, timers: readonly Timer[]): () => Promise<void> {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  async function fire({ name, handler }: Timer): Promise<void> {
    try {
      await handler({ signal: stop.signal });
    } catch (error) {
      if (!stop.signal.aborted) deps.log.error({ error, function: name }, "a timer failed");
    }
  }

  async function repeat(timer: Timer): Promise<void> {
    const own = new Set<Promise<void>>();
    for (let pauseMs = timer.againMs ?? timer.everyMs; !stop.signal.aborted; pauseMs = timer.everyMs) {
      if (own.size < MAX_OVERLAP) {
        const run = fire(timer).finally(() => own.delete(run));
        own.add(run);
      }
      await deps.clock.sleep(pauseMs, stop.signal);
    }
    await Promise.all(own);
  }

  for (const timer of timers) running.add(repeat(timer));
  return async () => {
    stop.abort();
    await Promise.all(running);
  };
}
