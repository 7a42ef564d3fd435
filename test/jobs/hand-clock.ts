import type { Clock } from "../../shared/ports/clock.ts";
import type { Ids } from "../../shared/ports/ids.ts";

/** Time that moves when it is told to. Short pauses pass at once, so that conflicts are retried; longer ones wait for `moveTo`. */
export class HandClock implements Clock {
  private time: number;
  private readonly sleepers = new Set<{ until: number; wake(): void }>();
  private readonly longestShortMs: number;

  constructor(start = Date.UTC(2026, 0, 1), longestShortMs = 1000) {
    this.time = start;
    this.longestShortMs = longestShortMs;
  }

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= this.longestShortMs || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = {
        until: this.time + ms,
        wake: () => {
          this.sleepers.delete(sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake);
    });
  }

  moveTo(time: number): void {
    this.time = Math.max(this.time, time);
    for (const sleeper of [...this.sleepers]) if (sleeper.until <= this.time) sleeper.wake();
  }
}

/** The same clock as somebody sees it whose clock is ahead, or who comes later. */
export function ahead(clock: Clock, ms: number): Clock {
  return { now: () => clock.now() + ms, sleep: (pauseMs, signal) => clock.sleep(pauseMs, signal) };
}

/** Ids that are the same in each run: `space` (two hex digits) keeps those of different callers apart. */
export function countedIds(space: string): Ids {
  let count = 0;
  return {
    uuid: () => `01900000-0000-7000-80${space}-${(++count).toString(16).padStart(12, "0")}`,
    token: () => `token-${space}-${++count}`,
    random: () => 0.5,
  };
}
