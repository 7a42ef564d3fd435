// A tick: who is served, when, by whom, and what keeps whom waiting.
import { describe, expect, it } from "vitest";
import { type DueHandler, runTick } from "../../shared/jobs/timers/tick.ts";
import { type DueKind, dueShard } from "../../shared/ports/due.ts";
import type { ItemKey } from "../../shared/ports/table.ts";
import { createDriver } from "./drive.ts";
import { never, type World, worlds } from "./fixture.ts";
import { held } from "./outcomes.ts";

const open = worlds();

/** A world whose time moves only when it is driven, and a timer that serves items of the table by hand. */
async function timer() {
  const w = await open({ longestShortMs: 0, isBare: true });
  const driver = createDriver(w.clock);
  const { table } = w.process({ around: driver.around });
  const startedAt = w.clock.now();
  const served: { name: string; afterMs: number }[] = [];

  async function put(owner: string, name: string, afterMs: number, kind: DueKind = "job"): Promise<void> {
    const key = { partition: `user#${owner}`, sort: `job#${name}` };
    const due = { kind, shard: dueShard(owner), at: startedAt + afterMs };
    const old = await table.get(key);
    await table.put({ ...key, data: {}, due }, old ? { version: old.version } : "absent");
  }

  /** What every real handler does: the item is not due at the same time any more. */
  async function done(key: ItemKey): Promise<void> {
    const item = await table.get(key);
    if (item) await table.put({ ...key, data: {} }, { version: item.version });
  }

  /** Writes down what it serves, and then does what the test says; by default the item is done with. */
  const handler =
    (then: (name: string, key: ItemKey) => Promise<void> = (_, key) => done(key)): DueHandler =>
    async (key) => {
      const name = key.sort.slice("job#".length);
      served.push({ name, afterMs: w.clock.now() - startedAt });
      await then(name, key);
    };

  const tick = (handlers: Partial<Record<DueKind, DueHandler>>, signal = never) =>
    runTick(w.process({ around: driver.around }), handlers, signal);

  return { w, driver, startedAt, served, put, done, handler, tick };
}

const [ann, ben] = sameShard();
const owners = Array.from({ length: 40 }, (_, i) => `owner-${i}`);

/** Two owners whose items stand in the same part of the index. */
function sameShard(): [string, string] {
  const first = "owner-0";
  for (let i = 1; ; i++) if (dueShard(`owner-${i}`) === dueShard(first)) return [first, `owner-${i}`];
}

async function leaseOf(w: World, owner: string): Promise<number> {
  const item = await w.table.get({ partition: `tick#job#${dueShard(owner)}`, sort: "tick" });
  return Number(item?.data.until ?? -1);
}

function namesOf(served: { name: string }[]): string[] {
  return served.map(({ name }) => name);
}

describe("A tick", () => {
  it("with nothing due returns at once and takes no part of the index", async () => {
    const { w, startedAt, handler, tick } = await timer();
    await tick({ job: handler(), account: handler() });
    expect(w.clock.now()).toBe(startedAt);
    expect([...w.touched.keys()].filter((key) => key.startsWith("tick#"))).toEqual(["tick#clock tick"]);
  });

  it("serves whatever is due, in every part of the index", async () => {
    const { driver, served, put, handler, tick } = await timer();
    for (const owner of owners) await put(owner, owner, -1000);
    expect(await driver.until(tick({ job: handler() }))).toBe(true);
    expect(namesOf(served).toSorted()).toEqual(owners.toSorted());
  });

  it("serves the oldest first (F51)", async () => {
    const { driver, served, put, handler, tick } = await timer();
    for (const [name, afterMs] of [
      ["b", -2000],
      ["c", -1000],
      ["a", -3000],
    ] as const)
      await put(ann, name, afterMs);
    await driver.until(tick({ job: handler() }));
    expect(namesOf(served)).toEqual(["a", "b", "c"]);
  });

  it("goes on while something falls due, and serves it when it does", async () => {
    const { driver, served, put, handler, tick } = await timer();
    await put(ann, "now", 0);
    await put(ann, "later", 7300);
    await put(ben, "much later", 31_000);
    await driver.until(tick({ job: handler() }));
    expect(namesOf(served)).toEqual(["now", "later", "much later"]);
    for (const { name, afterMs } of served) {
      const dueAfterMs = { now: 0, later: 7300, "much later": 31_000 }[name] ?? 0;
      expect(afterMs).toBeGreaterThanOrEqual(dueAfterMs);
      expect(afterMs).toBeLessThanOrEqual(dueAfterMs + 1000);
    }
  });

  it("finds what becomes due meanwhile before what it has seen", async () => {
    const { driver, served, put, handler, tick } = await timer();
    await put(ann, "late", 40_000);
    const ended = tick({ job: handler() });
    await driver.to(Date.UTC(2026, 0, 1) + 10_000);
    await put(ann, "new", 12_000);
    await driver.until(ended);
    expect(namesOf(served)).toEqual(["new", "late"]);
    expect(served[0]?.afterMs).toBeLessThanOrEqual(17_000);
  });

  it("starts nothing that falls due after its time", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    await put(ann, "in time", 48_000);
    await put(ann, "too late", 50_000);
    await put(ben, "next tick", 51_000);
    await driver.until(tick({ job: handler() }));
    expect(namesOf(served)).toEqual(["in time"]);
    expect(w.clock.now()).toBeLessThanOrEqual(startedAt + 51_000);
  });

  it("ends early when it is told to stop", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    await put(ann, "later", 30_000);
    const stop = new AbortController();
    const ended = tick({ job: handler() }, stop.signal);
    await driver.to(startedAt + 5000);
    stop.abort(new Error("the machine shuts down"));
    expect(await driver.until(ended)).toBe(true);
    expect([served, w.clock.now()]).toEqual([[], startedAt + 5000]);
    expect(await leaseOf(w, ann)).toBe(0);
  });

  it("serves an item again that falls due again", async () => {
    const { driver, served, put, done, handler, tick } = await timer();
    await put(ann, "job", 0);
    const twice = handler((name, key) => (served.length < 3 ? put(ann, name, served.length * 6000) : done(key)));
    await driver.until(tick({ job: twice }));
    expect(namesOf(served)).toEqual(["job", "job", "job"]);
  });

  it("never serves an item twice for the same due time", async () => {
    const { driver, served, put, handler, tick } = await timer();
    await put(ann, "unmoved", -1000);
    await put(ann, "later", 40_000);
    await driver.until(tick({ job: handler(async () => {}) }));
    expect(namesOf(served)).toEqual(["unmoved", "later"]);
  });

  it("goes on past an item whose handler throws, and says so in the log", async () => {
    const { w, driver, served, put, done, handler, tick } = await timer();
    for (const name of ["a", "b", "c"]) await put(ann, name, -1000);
    const shaky = handler(async (name, key) => {
      if (name === "b") throw new Error("what is this?");
      await done(key);
    });
    await driver.until(tick({ job: shaky }));
    expect(namesOf(served).toSorted()).toEqual(["a", "b", "c"]);
    expect(w.log).toContainEqual(
      expect.objectContaining({ level: "error", message: "a due item could not be served" }),
    );
  });
});

describe("Fairness", () => {
  it("one user with 200 due does not keep another one waiting", async () => {
    const { driver, served, put, handler, tick } = await timer();
    for (let i = 0; i < 200; i++) await put(ann, `ann-${i}`, -10_000 + i);
    await put(ben, "ben", -1000);
    await driver.until(tick({ job: handler() }));
    expect(namesOf(served).indexOf("ben")).toBeLessThan(10);
    expect(served).toHaveLength(201);
  });

  it("one user with 900 due does not keep another one waiting for all of them (F52)", async () => {
    const { driver, served, put, handler, tick } = await timer();
    await Promise.all(Array.from({ length: 900 }, (_, i) => put(ann, `ann-${i}`, -10_000 + i)));
    await put(ben, "ben", -1000);
    await driver.until(tick({ job: handler() }));
    expect(served).toHaveLength(901);
    expect(namesOf(served).indexOf("ben")).toBeLessThan(300);
  });

  it("an item that hangs keeps no other one of its part waiting, in this tick or the next", async () => {
    const { driver, startedAt, served, put, done, handler, tick } = await timer();
    const hanging = held<void>();
    await put(ann, "hangs", -1000);
    await put(ann, "later", 8000);
    const job = handler((name, key) => (name === "hangs" ? hanging.ask() : done(key)));
    const first = tick({ job });
    await driver.to(startedAt + 10_000);
    expect(namesOf(served)).toEqual(["hangs", "later"]);
    await driver.to(startedAt + 60_000);
    await put(ben, "new", 60_000);
    const second = tick({ job });
    await driver.to(startedAt + 62_000);
    expect(namesOf(served)).toContain("new");
    hanging.answer();
    await driver.until(Promise.all([first, second]));
  });

  it("more than can be served at once, in every part, are all served in one tick", async () => {
    const { driver, served, put, done, handler, tick } = await timer();
    const names = Array.from({ length: 400 }, (_, i) => `${i}`);
    await Promise.all(names.map((name, i) => put(`owner-${i}`, name, -1000)));
    const slow = handler(async (_, key) => {
      for (let turns = 0; turns < Number(key.sort.slice(-1)); turns++) await done(key);
    });
    expect(await driver.until(tick({ job: slow }))).toBe(true);
    expect(new Set(namesOf(served)).size).toBe(400);
  });

  it("more that hang than can be served at once keep their parts only until the tick's time is over", async () => {
    const { w, driver, startedAt, put, handler, tick } = await timer();
    const hanging = held<void>();
    await Promise.all(owners.map((owner) => put(owner, owner, -1000)));
    const ended = tick({ job: handler(() => hanging.ask()) });
    await driver.to(startedAt + 60_000);
    for (const owner of owners) expect([owner, await leaseOf(w, owner)]).toEqual([owner, 0]);
    hanging.answer();
    await driver.until(ended);
  });

  it("items of one kind that hang keep no item of another kind waiting", async () => {
    const { driver, startedAt, served, put, done, handler, tick } = await timer();
    const hanging = held<void>();
    for (const owner of owners) await put(owner, `hangs ${owner}`, -1000);
    await put(ann, "account", -1000, "account");
    const ended = tick({ job: handler(() => hanging.ask()), account: handler((_, key) => done(key)) });
    await driver.to(startedAt + 2000);
    expect(namesOf(served)).toContain("account");
    hanging.answer();
    await driver.until(ended);
  });
});

describe("Two ticks at once (F13)", () => {
  it("share what is due: each item is served by one of them", async () => {
    const { driver, served, put, handler, tick } = await timer();
    for (const owner of owners) await put(owner, owner, -1000);
    await driver.until(Promise.all([tick({ job: handler() }), tick({ job: handler() })]));
    expect(namesOf(served).toSorted()).toEqual(owners.toSorted());
  });

  it("leave a part to the one that has it for as long as that one goes on", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    await put(ann, "first", 0);
    await put(ann, "last", 45_000);
    const first = tick({ job: handler() });
    await driver.to(startedAt + 40_000);
    expect(await leaseOf(w, ann)).toBeGreaterThan(w.clock.now());
    await put(ben, "new", 40_000);
    const second: string[] = [];
    const other = runTick(
      w.process({ around: driver.around }),
      { job: async (key) => void second.push(key.sort) },
      never,
    );
    expect(await driver.until(other)).toBe(true);
    await driver.until(first);
    expect([second, namesOf(served)]).toEqual([[], ["first", "new", "last"]]);
  });

  it("give a part back when they end", async () => {
    const { w, driver, put, handler, tick } = await timer();
    await put(ann, "job", 0);
    await driver.until(tick({ job: handler() }));
    expect(await leaseOf(w, ann)).toBe(0);
  });

  it("take a part over whose tick has died, once its lease is out", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    const key = { partition: `tick#job#${dueShard(ann)}`, sort: "tick" };
    await w.table.put({ ...key, data: { token: "dead", until: startedAt + 30_000 } }, "absent");
    await put(ann, "job", -1000);
    await driver.until(tick({ job: handler() }));
    expect(served).toEqual([]);
    await driver.to(startedAt + 30_000);
    await driver.until(tick({ job: handler() }));
    expect(namesOf(served)).toEqual(["job"]);
  });

  it("leave a part to a tick whose clock is a little ahead", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    const key = { partition: `tick#job#${dueShard(ann)}`, sort: "tick" };
    await w.table.put({ ...key, data: { token: "ahead", until: startedAt + 30_250 } }, "absent");
    await put(ann, "job", -1000);
    await driver.until(tick({ job: handler() }));
    expect(served).toEqual([]);
  });

  it("leave a part whose lease was lost to the one that has it now", async () => {
    const { w, driver, startedAt, served, put, handler, tick } = await timer();
    await put(ann, "first", 0);
    await put(ann, "later", 30_000);
    const ended = tick({ job: handler() });
    await driver.to(startedAt + 5000);
    const key = { partition: `tick#job#${dueShard(ann)}`, sort: "tick" };
    const item = await w.table.get(key);
    await w.table.put({ ...key, data: { token: "other", until: startedAt + 60_000 } }, { version: item?.version ?? 0 });
    expect(await driver.until(ended)).toBe(true);
    expect(namesOf(served)).toEqual(["first"]);
    expect(await leaseOf(w, ann)).toBe(startedAt + 60_000);
  });
});
