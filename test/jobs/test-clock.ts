// Time by hand that also tells who sleeps, and that ends a loop which never waits for anything.
import type { Clock } from "../../shared/ports/clock.ts";
import { HandClock } from "./hand-clock.ts";

/** More often than any test asks. A loop that only computes would otherwise stop the whole process. */
const MOST_LOOKS = 20_000;

/** The clock of a process that was frozen: it sees the time, but nothing wakes it. */
export function frozen(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: (ms, signal) => (ms > 1000 ? clock.sleep(Number.MAX_SAFE_INTEGER, signal) : clock.sleep(ms, signal)),
  };
}

export class TestClock extends HandClock {
  private looks = 0;
  private readonly watchers = new Set<(ms: number) => void>();
  private readonly naps = new Set<{ until: number }>();

  override now(): number {
    if (++this.looks > MOST_LOOKS) throw new Error("the time was asked for without end");
    return super.now();
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const nap = { until: super.now() + ms };
    this.naps.add(nap);
    const sleeping = super.sleep(ms, signal).finally(() => this.naps.delete(nap));
    for (const watch of [...this.watchers]) watch(ms);
    return sleeping;
  }

  /** When the first of all who sleep wants to wake, epoch milliseconds; null when nobody sleeps. */
  nextWake(): number | null {
    return this.naps.size === 0 ? null : Math.min(...[...this.naps].map((nap) => nap.until));
  }

  /** Resolves when somebody has gone to sleep for a time that fits. */
  nextSleep(fits: (ms: number) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const watch = (ms: number) => {
        if (!fits(ms)) return;
        this.watchers.delete(watch);
        resolve(ms);
      };
      this.watchers.add(watch);
    });
  }

  pass(ms: number): void {
    this.moveTo(super.now() + ms);
  }
}
