// Timers on one machine fire when somebody may wait for it.
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { startTimers } from "../../shared/runtime/local/timers.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";
import { HandClock } from "../jobs/hand-clock.ts";

async function firings(timer: { everyMs: number; againMs?: number }): Promise<number[]> {
  const clock = new HandClock(0, 0);
  const log = createLog({ level: "silent", clock, secrets: [], destination: { write: () => {} } });
  const at: number[] = [];
  const handler = async () => {
    at.push(clock.now() / 1000);
  };
  const stop = startTimers({ clock, log }, [{ name: "tick", ...timer, handler }]);
  for (let second = 0; second <= 150; second += 5) {
    clock.moveTo(second * 1000);
    await turn();
  }
  await stop();
  return at;
}

test("a timer fires at the start, and then at its interval", async () => {
  expect(await firings({ everyMs: 60_000 })).toEqual([0, 60, 120]);
});

test("who starts again after a crash waits for what the dead process had taken, and for no whole interval", async () => {
  expect(await firings({ everyMs: 60_000, againMs: 30_000 })).toEqual([0, 30, 90, 150]);
});
