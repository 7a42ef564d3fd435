// A vendor's limits, kept by all instances: no second has more calls than it may, whoever dies, leaps, or takes the item away.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ahead } from "../jobs/hand-clock.ts";
import { dying } from "../jobs/intercept.ts";
import { keyOf, never, queries, starts, type VendorWorld, vendorWorld } from "./vendor-world.ts";

let w: VendorWorld;
beforeEach(async () => {
  w = await vendorWorld();
});
afterEach(() => w.close());

const times = (count: number) => Array.from({ length: count });

/** Lets so many calls come at once, and time pass until all of them were made. */
async function all(calls: Promise<number>[]): Promise<number[]> {
  const done = Promise.all(calls);
  expect(await w.driver.until(done)).toBe(true);
  return done;
}

/** By second, how many calls were made. */
function bySecond(): number[] {
  const from = w.calls[0]?.at ?? 0;
  const counts: number[] = [];
  for (const { at } of w.calls)
    counts[Math.floor((at - from) / 1000)] = (counts[Math.floor((at - from) / 1000)] ?? 0) + 1;
  return counts.map((count) => count ?? 0);
}

describe("Calls of one instance", () => {
  it("are spaced, and no second has more than the vendor allows", async () => {
    const limits = w.instance();
    await all(times(40).map(() => w.call(limits, starts)));
    const gaps = w.calls.slice(1).map(({ at }, i) => at - (w.calls[i]?.at ?? 0));
    expect([w.calls.length, w.most()]).toEqual([40, 10]);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  });

  it("take ten places in one write when many wait, and the table hears of no more", async () => {
    const limits = w.instance();
    await all(times(10).map(() => w.call(limits, starts)));
    expect(w.asked.put).toBeLessThanOrEqual(2);
  });

  it("that nobody waits for are no stock: a call that comes alone takes one place", async () => {
    const limits = w.instance();
    await all([w.call(limits, starts)]);
    const state = (await w.table.get(keyOf(starts)))?.data as { nextAt: { usual: number } };
    expect(state.nextAt.usual - w.clock.now()).toBe(100);
  });

  it("with no rate are not spaced", async () => {
    const limits = w.instance();
    const from = w.clock.now();
    const askings = times(80).map(() =>
      limits.take(starts, { lane: "usual", perSecond: undefined, user: "ada", signal: never }),
    );
    await w.driver.until(Promise.all(askings));
    expect([await Promise.all(askings), w.clock.now() - from]).toEqual([times(80).map(() => ({ isFree: true })), 0]);
  });
});

describe("Two instances", () => {
  it("that reserve at once share the seconds between them", async () => {
    const [one, other] = [w.instance(), w.instance()];
    await all(times(30).flatMap(() => [w.call(one, starts), w.call(other, starts)]));
    expect([w.calls.length, w.most()]).toEqual([60, 10]);
  });

  it("leave each other's reservations alone: whoever would begin more than 5 s ahead reserves nothing and is told when to come", async () => {
    const nextAt = { usual: w.clock.now() + 5001, urgent: 0 };
    await w.table.put({ ...keyOf(starts), data: { nextAt, writtenAt: w.clock.now() } }, "absent");
    const place = await w.instance().take(starts, { lane: "usual", perSecond: 10, user: "ada", signal: never });
    expect(place).toMatchObject({ isFree: false, openSince: null });
    expect(place.isFree ? 0 : place.at).toBeGreaterThanOrEqual(nextAt.usual);
    expect((await w.table.get(keyOf(starts)))?.data).toMatchObject({ nextAt });
  });

  it("of which one dies with ten places lose one second, and no more", async () => {
    const dead = dying((call) => (call.name === "put" ? "after" : null));
    const { get, put } = w.table;
    const around = {
      ...w.table,
      get,
      put: (...args: Parameters<typeof put>) => dead.around({ port: "table", name: "put", args }, () => put(...args)),
    };
    const broken = w.instance({ table: around as typeof w.table });
    const lost = times(10).map(() => w.call(broken, starts).catch(() => "dead"));
    await w.driver.until(Promise.all(lost));
    expect(new Set(await Promise.all(lost))).toEqual(new Set(["dead"]));
    const from = w.clock.now();
    await all(times(10).map(() => w.call(w.instance(), starts)));
    expect((w.calls[0]?.at ?? 0) - from).toBeLessThanOrEqual(1000);
  });

  it("hear at once when the vendor told one of them to wait", async () => {
    const [one, other] = [w.instance(), w.instance()];
    await all([w.call(one, starts), w.call(other, starts)]);
    await one.pause(starts, w.clock.now() + 30_000);
    w.clock.pass(2000);
    const until = w.clock.now() + 28_000;
    await all([w.call(other, starts)]);
    expect(w.calls.at(-1)?.at).toBeGreaterThanOrEqual(until);
  });

  it("go on when their item was deleted", async () => {
    const limits = w.instance();
    await all([w.call(limits, starts)]);
    const item = await w.table.get(keyOf(starts));
    await w.table.delete(keyOf(starts), { version: item?.version ?? 0 });
    expect(await all([w.call(limits, starts)])).toEqual([0]);
    expect(await w.table.get(keyOf(starts))).not.toBeNull();
  });
});

describe("A clock that leaps", () => {
  const HOUR_MS = 3_600_000;

  it("an hour ahead and back keeps nobody waiting for an hour", async () => {
    const wrong = w.instance({ clock: ahead(w.clock, HOUR_MS) });
    await all(times(3).map(() => w.call(wrong, starts)));
    await wrong.pause(starts, w.clock.now() + HOUR_MS + 5000);
    for (let n = 0; n < 6; n++) await wrong.hear(starts, false);
    const from = w.clock.now();
    await all([w.call(w.instance(), starts)]);
    expect((w.calls.at(-1)?.at ?? 0) - from).toBeLessThan(60_000);
  });

  it("of the instance that holds places makes it wait no longer than it had to when it took them", async () => {
    let back = 0;
    const leaping = { now: () => w.clock.now() - back, sleep: w.clock.sleep.bind(w.clock) };
    const limits = w.instance({ clock: leaping });
    const calls = times(10).map(() => w.call(limits, starts));
    await w.driver.to(w.clock.now() + 250);
    back = HOUR_MS;
    const from = w.clock.now();
    await all(calls);
    expect((w.calls.at(-1)?.at ?? 0) - from).toBeLessThan(10 * 7000);
  });
});

describe("Questions about tasks", () => {
  it("use four fifths of the budget, and what cannot wait has the last fifth to itself", async () => {
    const limits = w.instance();
    const checks = times(60).map(() => w.call(limits, queries));
    const urgent = times(8).map(() => w.call(limits, queries, { lane: "urgent", user: "eve" }));
    await all([...checks, ...urgent]);
    expect(w.most()).toBeLessThanOrEqual(10);
    const last = Math.max(...w.calls.filter(({ user }) => user === "eve").map(({ at }) => at));
    expect(last - (w.calls[0]?.at ?? 0)).toBeLessThanOrEqual(4500);
    expect(Math.max(...bySecond().slice(5, -1))).toBeLessThanOrEqual(8);
  });

  it("pause for as long as all tasks together need, whoever asks about them, and for no time when there are few", async () => {
    const [one, other] = [w.instance(), w.instance()];
    expect(one.pauseBetweenLooks(queries, 10)).toBe(0);
    // 100 tasks, each looked at every 20 s by either of two instances.
    const from = w.clock.now();
    for (let second = 0; second < 240; second++) {
      w.clock.moveTo(from + second * 1000);
      await all(times(5).map((_, i) => w.call(i % 2 === 0 ? one : other, queries, { gapMs: 20_000 })));
    }
    const seconds = one.pauseBetweenLooks(queries, 10) / 1000;
    expect(seconds).toBeGreaterThan(100 / 8 / 1.25);
    expect(seconds).toBeLessThan((100 / 8) * 1.25);
  });
});

describe("Users, when the vendor is what is scarce", () => {
  it("take turns: nine with two jobs each are served before a tenth with a hundred has had a dozen", async () => {
    const limits = w.instance();
    const rate = { perSecond: 2 };
    const flood = times(100).map(() => w.call(limits, starts, { ...rate, user: "flood" }));
    await w.driver.to(w.clock.now() + 1000);
    const others = times(18).map((_, i) => w.call(limits, starts, { ...rate, user: `user ${i % 9}` }));
    await all([...flood, ...others]);
    const lastOfOthers = w.calls.findLastIndex(({ user }) => user !== "flood");
    const flooding = w.calls.slice(0, lastOfOthers).filter(({ user }) => user === "flood").length;
    expect(flooding).toBeLessThanOrEqual(12);
    expect(w.calls).toHaveLength(118);
  });

  it("share what there is alike: of ten users with forty jobs each nobody is ever far ahead", async () => {
    const limits = w.instance();
    const calls = times(40).flatMap(() =>
      times(10).map((_, i) => w.call(limits, starts, { perSecond: 4, user: `user ${i}` })),
    );
    await all(calls);
    const halfway = w.calls.slice(0, 200);
    const counts = times(10).map((_, i) => halfway.filter(({ user }) => user === `user ${i}`).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(8);
  });
});

describe("Whoever stops", () => {
  it("while waiting leaves its place to the next one", async () => {
    const limits = w.instance();
    const stop = new AbortController();
    const calls = times(5).map((_, i) => w.call(limits, starts, i === 2 ? { signal: stop.signal } : {}));
    const settled = Promise.allSettled(calls);
    await w.driver.to(w.clock.now() + 50);
    stop.abort(new Error("the job is lost"));
    await w.driver.until(settled);
    expect((await settled).map(({ status }) => status === "fulfilled")).toEqual([true, true, false, true, true]);
    expect((w.calls.at(-1)?.at ?? 0) - (w.calls[0]?.at ?? 0)).toBe(300);
  });

  it("because the table is away is told so", async () => {
    const fail = () => Promise.reject(new Error("the table is away"));
    const limits = w.instance({ table: { ...w.table, get: fail, put: fail } });
    await expect(w.call(limits, starts)).rejects.toThrow("the table is away");
  });
});
