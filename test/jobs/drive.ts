// Drives time: whenever nobody does anything but sleep, the first of the sleepers is woken.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Around } from "./intercept.ts";
import type { TestClock } from "./test-clock.ts";

export interface Driver {
  /** For the ports of each process that is driven. */
  around: Around;
  /** Lets time pass until the promise is settled. False when it is not after ten minutes, or everybody waits for something that is not time. */
  until(promise: Promise<unknown>): Promise<boolean>;
  /** Lets time pass up to that moment; whoever is to wake then has done so, and done what follows. */
  to(time: number): Promise<void>;
}

const LONGEST_MS = 10 * 60_000;

export function createDriver(clock: TestClock): Driver {
  let calls = 0;

  /** Between calls of ports and pauses everybody only computes, which takes no longer than a few turns. */
  async function quiet(): Promise<void> {
    for (let turns = 0; turns < 3; turns++) {
      await nextTurn();
      if (calls > 0) turns = -1;
    }
  }

  return {
    async around(_, act) {
      calls++;
      try {
        return await act();
      } finally {
        calls--;
      }
    },

    async until(promise) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      promise.then(settled, settled);
      const giveUpAt = clock.now() + LONGEST_MS;
      for (;;) {
        await quiet();
        if (isSettled) return true;
        const next = clock.nextWake();
        if (next === null || next > giveUpAt) return false;
        clock.moveTo(next);
      }
    },

    async to(time) {
      for (;;) {
        await quiet();
        const next = clock.nextWake();
        if (next === null || next > time) break;
        clock.moveTo(next);
      }
      clock.moveTo(time);
      await quiet();
    },
  };
}
