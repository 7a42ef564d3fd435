// The real clock and real randomness.
import { randomBytes, randomFillSync } from "node:crypto";
import { v7 } from "uuid";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

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
  uuid: nextUuid,
  token: () => randomBytes(16).toString("base64url"),
  random: () => Math.random(),
};

/** Asking the system costs the same for 16 bytes as for many. */
const pool = new Uint8Array(4096);
let drawn = pool.byteLength;

function sixteenBytes(): Uint8Array {
  if (drawn === pool.byteLength) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += 16;
  return pool.subarray(drawn - 16, drawn);
}

let msecs = 0;
let seq = 0;

/** RFC 9562, 6.2, method 1: within a millisecond a counter keeps them in order; one that is used up borrows from the next millisecond. */
function nextUuid(): string {
  const random = sixteenBytes();
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    // Half of the counter's room stays for the millisecond's others.
    seq = new DataView(random.buffer, random.byteOffset).getUint32(6) & 0x7fffffff;
  } else {
    seq = (seq + 1) | 0;
    if (seq === 0) msecs += 1;
  }
  return v7({ random, msecs, seq });
}

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
