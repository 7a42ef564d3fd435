// A clock that is set anew while everybody works. Pauses do not notice: a machine's timers do not follow its wall clock.
import type { Clock } from "../../shared/ports/clock.ts";

export interface JumpingClock extends Clock {
  jump(ms: number): void;
}

export function jumping(clock: Clock): JumpingClock {
  let aheadMs = 0;
  return {
    now: () => clock.now() + aheadMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    jump(ms) {
      aheadMs += ms;
    },
  };
}
