// The real clock and real randomness.
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { randomToken, randomUuid } from "./random-ids.ts";

/** Node's timers overflow beyond a signed 32-bit number of milliseconds and would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),

  async sleep(ms, signal) {
    for (let left = ms; left > 0 && !signal?.aborted; left -= MAX_TIMER_MS)
      await nap(Math.min(left, MAX_TIMER_MS), signal);
  },
};

export const realIds: Ids = {
  uuid: randomUuid,
  token: randomToken,
  random: () => Math.random(),
};

function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
  });
}
