// The machine's clock, which a test may set ahead, and whose long pauses it may end: nobody has to wait for what is to come.
import type { Clock } from "../../shared/ports/clock.ts";
import { realClock } from "../../shared/runtime/real.ts";

export interface HurriedClock extends Clock {
  /** Sets it ahead; whoever slept until then wakes. */
  leap(ms: number): void;
  /** Ends the pauses that were to last so long, and leaves the time as it is: what they were the limit of has taken too long. */
  endPauses(atLeastMs: number, atMostMs?: number): void;
}

interface Pause {
  ms: number;
  until: number;
  wake: AbortController;
}

export function hurriedClock(): HurriedClock {
  const pauses = new Set<Pause>();
  let aheadMs = 0;
  const now = () => realClock.now() + aheadMs;
  const end = (isOver: (pause: Pause) => boolean) => {
    for (const pause of [...pauses]) if (isOver(pause)) pause.wake.abort();
  };

  return {
    now,
    async sleep(ms, signal) {
      const pause: Pause = { ms, until: now() + ms, wake: new AbortController() };
      pauses.add(pause);
      const ended = signal ? AbortSignal.any([signal, pause.wake.signal]) : pause.wake.signal;
      // What is left is looked at anew: the clock may have leapt meanwhile without its being over.
      while (!ended.aborted && pause.until > now()) await realClock.sleep(Math.min(pause.until - now(), 1000), ended);
      pauses.delete(pause);
    },
    leap(ms) {
      aheadMs += ms;
      end(({ until }) => until <= now());
    },
    endPauses: (atLeastMs, atMostMs = Number.POSITIVE_INFINITY) => end(({ ms }) => ms >= atLeastMs && ms <= atMostMs),
  };
}
