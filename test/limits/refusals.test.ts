// Whoever is refused again and again waits until the first of those refusals is an hour old; nobody else does.
import { describe, expect, it } from "vitest";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { noteRefusal, requireFewRefusals } from "../../shared/limits/refusals.ts";
import { worlds } from "../jobs/fixture.ts";

const open = worlds();
const minute = 60_000;
const hour = 60 * minute;
const user = "01900000-0000-7000-8000-00000000aaaa";

async function world() {
  const w = await open({ isBare: true });
  const refuse = (of: string, by = w.deps) => noteRefusal(by, user, { of, at: w.clock.now() });
  const wait = (perHour: number, who = user) =>
    requireFewRefusals(w.deps, who, perHour).then(
      () => 0,
      (error) => (error.type === "rate_limited" ? Number(error.retryAfterMs) : Promise.reject(error)),
    );
  return { ...w, refuse, wait };
}

describe("Refusals", () => {
  it("are free up to the limit, and then make their user wait until the oldest that counts is an hour old", async () => {
    const w = await world();
    for (const of of ["a-1", "b-1"]) {
      await w.refuse(of);
      w.clock.pass(10 * minute);
    }
    expect(await w.wait(3)).toBe(0);
    await w.refuse("c-1");
    expect(await w.wait(3)).toBe(40 * minute);
    w.clock.pass(40 * minute);
    expect(await w.wait(3)).toBe(0);
  });

  it("count once however often they are noted, and by whomever at once", async () => {
    const w = await world();
    const others = [w.process(), w.process(), w.process()];
    await Promise.all(others.flatMap((by) => [w.refuse("a-1", by), w.refuse("b-1", by)]));
    expect([(await w.wait(2)) > 0, await w.wait(3)]).toEqual([true, 0]);
  });

  it("of one user keep nobody else waiting", async () => {
    const w = await world();
    await w.refuse("a-1");
    expect(await w.wait(1, "01900000-0000-7000-8000-00000000bbbb")).toBe(0);
  });

  it("keep nobody waiting where the limit is 0, and nobody looks", async () => {
    const w = await world();
    await w.refuse("a-1");
    const table = { ...w.deps.table, get: () => Promise.reject(new Error("nobody may look")) };
    await requireFewRefusals({ ...w.deps, table }, user, 0);
  });

  it("that a clock far ahead has noted make nobody wait for longer than an hour", async () => {
    const w = await world();
    await noteRefusal(w.deps, user, { of: "a-1", at: w.clock.now() + 100 * hour });
    expect(await w.wait(1)).toBe(hour);
  });

  it("are forgotten, and leave no item", async () => {
    const w = await world();
    await w.refuse("a-1");
    const key = [...w.touched.values()].find(({ partition }) => partition.startsWith("throttle#refusals"));
    if (!key) throw new Error("nothing was written");
    w.clock.pass(2 * hour);
    const over = AbortSignal.timeout(20_000);
    void tickJobs(w.deps, over, { parallel: 2 });
    await expect.poll(() => w.table.get(key)).toBeNull();
  });

  it("that cannot be written down are logged, and stop nobody", async () => {
    const w = await world();
    const table = { ...w.deps.table, get: () => Promise.reject(new Error("away")) };
    await w.refuse("a-1", { ...w.deps, table });
    expect(w.log.map(({ message }) => message)).toEqual(["a refusal was not written down"]);
  });
});
