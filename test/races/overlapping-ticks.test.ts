// F13: the timer fires again while its last tick still works.
import { expect, it } from "vitest";
import { keyOf } from "../../shared/jobs/job.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { startTimers } from "../../shared/runtime/local/timers.ts";
import { createDriver } from "../jobs/drive.ts";
import { worlds } from "../jobs/fixture.ts";
import { objectOf } from "../jobs/intercept.ts";
import { delivered } from "../jobs/outcomes.ts";
import { tinyPng } from "../jobs/tiny-png.ts";

const open = worlds();

const PIECES = 8;
const PAUSE_MS = 20_000;

it("F13: a tick that transfers for minutes is overlapped by others, which leave its job alone and run the others", async () => {
  const w = await open({
    longestShortMs: 0,
    provider: {
      start: () => delivered(1),
      async *open() {
        const isFirst = w.provider.calls.filter((call) => call.name === "open").length === 1;
        const size = Math.ceil(tinyPng.length / PIECES);
        for (let at = 0; at < tinyPng.length; at += size) {
          if (isFirst) await w.clock.sleep(PAUSE_MS);
          yield tinyPng.subarray(at, at + size);
        }
      },
    },
  });
  const driver = createDriver(w.clock);
  // A put lasts as long as its body, which waits for time to pass.
  const deps = w.process({
    around: (call, act) => (objectOf(call, "put") === null ? driver.around(call, act) : act()),
  });
  let running = 0;
  let most = 0;
  const stop = startTimers(deps, [
    {
      name: "poll-tasks",
      everyMs: 10_000,
      async handler({ signal }) {
        most = Math.max(most, ++running);
        await tickJobs(deps, signal).finally(() => running--);
      },
    },
  ]);
  const creating = w.createBy(deps);
  await driver.until(creating);
  const slow = keyOf(await creating);
  await driver.to(w.clock.now() + 100_000);
  expect((await w.job(slow)).phase).toBe("transferring");
  const another = w.createBy(deps);
  await driver.until(another);
  for (let i = 0; i < 40 && (await w.job(slow)).outcome === null; i++) await driver.to(w.clock.now() + 10_000);
  await driver.until(stop());
  expect(most).toBeGreaterThan(1);
  expect([(await w.job(slow)).outcome, (await w.job(keyOf(await another))).outcome]).toEqual([
    "completed",
    "completed",
  ]);
  const calls = w.provider.calls.map((call) => `${call.name} ${call.reference}`);
  expect(calls.length).toBe(new Set(calls).size);
  expect(await w.bookings()).toEqual(["charge -10", "charge -10"]);
});
