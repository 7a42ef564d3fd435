// No event is ever delivered here, neither of tickets nor of outputs: the timer alone has to see to everything.
import { expect, it } from "vitest";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { createDriver } from "../jobs/drive.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import { type Call, dying, jobPut, objectOf } from "../jobs/intercept.ts";

const open = worlds();

const MINUTE_MS = 60_000;

type Gap = (call: Call) => "before" | "after" | null;

const gaps: [string, Gap][] = [
  ["once the object was put", (call) => (objectOf(call, "put")?.startsWith("temp/outputs/") ? "after" : null)],
  ["once the object is on the job", (call) => (jobPut(call)?.phase === "storing" ? "after" : null)],
  ["once the object was copied", (call) => (objectOf(call, "copy") ? "after" : null)],
];

it.each(gaps)("F17: whoever transfers dies %s: the output is recorded within two ticks, once", async (_, gap) => {
  const w = await open({ longestShortMs: 0 });
  await w.create();
  const dead = dying(gap);
  await w.run(w.process({ around: dead.around })).catch(() => undefined);
  expect(dead.isDead()).toBe(true);
  await twoTicks(w);
  await expectKeptOnce(w);
});

it("F17: the ticket's event never comes either: the job is run and its output recorded within two ticks", async () => {
  const w = await open({ longestShortMs: 0 });
  await w.create();
  await twoTicks(w);
  await expectKeptOnce(w);
});

/** At the two next full minutes; each lasts as long as it has something to do. */
async function twoTicks(w: World): Promise<void> {
  const driver = createDriver(w.clock);
  const begun = w.clock.now();
  for (const minutes of [1, 2]) {
    await driver.to(begun + minutes * MINUTE_MS);
    expect(await driver.until(tickJobs(w.process({ around: driver.around }), never))).toBe(true);
  }
}

async function expectKeptOnce(w: World): Promise<void> {
  const { outcome, phase, attempt, outputs } = await w.job();
  expect([outcome, phase, attempt, outputs.length]).toEqual(["completed", "closed", 1, 1]);
  expect(w.provider.calls.filter(({ name }) => name === "start")).toHaveLength(1);
  expect(await w.objects("users/")).toHaveLength(1);
  expect([...w.touched.values()].filter(({ sort }) => sort.startsWith("output#"))).toHaveLength(1);
  expect(await w.bookings()).toEqual(["charge -10"]);
}
