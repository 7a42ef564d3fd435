// The limit on requests: exact for one instance, shared by many, cheap while it is far, and never a reason to refuse by mistake.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { removeExpired } from "../../shared/limits/expiring.ts";
import { createRequestLimit, type LimitPorts, type RequestLimit } from "../../shared/limits/request-limit.ts";
import { dueShard } from "../../shared/ports/due.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { broken, openPorts, type Ports, silent } from "./ports.ts";

const ada = { userId: "ada" };
const MINUTE = 60_000;
const item = { partition: "limit#requests#user#ada", sort: "window" };

let ports: Ports;

beforeEach(async () => {
  ports = await openPorts();
});
afterEach(() => ports.close());

/** How many of `count` requests in a row pass. */
async function passing(limit: RequestLimit, count: number, as: LimitPorts = ports, caller: { userId: string } = ada) {
  let passed = 0;
  for (let n = 0; n < count; n++) passed += (await limit.take(as, caller)) === 0 ? 1 : 0;
  return passed;
}

describe("One instance", () => {
  test.each([1, 5, 60, 600])(
    "lets exactly %i requests pass in a minute, and again in the next one",
    async (perMinute) => {
      const limit = createRequestLimit(perMinute);
      expect(await passing(limit, perMinute + 20)).toBe(perMinute);
      ports.pass(MINUTE);
      expect(await passing(limit, perMinute + 20)).toBe(perMinute);
    },
  );

  test("says when the minute is over that began with the first request, and then lets pass", async () => {
    const limit = createRequestLimit(3);
    expect(await passing(limit, 1)).toBe(1);
    ports.pass(20_000);
    expect(await passing(limit, 2)).toBe(2);
    expect(await limit.take(ports, ada)).toBe(40_000);
    ports.pass(39_999);
    expect(await limit.take(ports, ada)).toBe(1);
    ports.pass(1);
    expect(await limit.take(ports, ada)).toBe(0);
  });

  test("counts requests that come together as it counts those in a row", async () => {
    const limit = createRequestLimit(600);
    const waits = await Promise.all(Array.from({ length: 900 }, () => limit.take(ports, ada)));
    expect(waits.filter((ms) => ms === 0).length).toBe(600);
  });

  test("counts each user apart, addresses that have not logged in by themselves, and IPv6 by its network", async () => {
    const limit = createRequestLimit(2);
    expect(await passing(limit, 3)).toBe(2);
    expect(await passing(limit, 3, ports, { userId: "bob" })).toBe(2);
    const address = (text: string) => limit.take(ports, { address: text });
    expect([await address("203.0.113.7"), await address("::ffff:203.0.113.7")]).toEqual([0, 0]);
    expect(await address("203.0.113.7")).toBeGreaterThan(0);
    expect([await address("2001:db8::1"), await address("2001:db8::2")]).toEqual([0, 0]);
    expect(await address("2001:db8::3")).toBeGreaterThan(0);
    expect(await address("2001:db8:0:1::3")).toBe(0);
  });

  test("with 0 limits nobody and asks nothing", async () => {
    expect(await passing(createRequestLimit(0), 5000)).toBe(5000);
    expect(ports.calls).toEqual({ get: 0, put: 0 });
  });
});

describe("The table", () => {
  test("is not asked for the first second's part of a limit, and hardly for the rest", async () => {
    const limit = createRequestLimit(600);
    await passing(limit, 10);
    expect(ports.calls).toEqual({ get: 0, put: 0 });
    await passing(limit, 50);
    expect(ports.calls).toEqual({ get: 1, put: 1 });
    await passing(limit, 240);
    expect(ports.calls.put).toBeLessThanOrEqual(6);
    await passing(limit, 300);
    expect(ports.calls.put).toBeLessThanOrEqual(45);
  });

  test("is not asked for requests that are refused", async () => {
    const limit = createRequestLimit(60);
    await passing(limit, 61);
    const { get, put } = ports.calls;
    expect(await passing(limit, 1000)).toBe(0);
    expect(ports.calls).toEqual({ get, put });
  });

  test("keeps an item for a caller for an hour, and the timer then deletes it unless it was used again", async () => {
    const limit = createRequestLimit(5);
    await passing(limit, 1);
    ports.pass(MINUTE * 30);
    await passing(limit, 1);
    const shard = dueShard(item.partition);
    const due = () => ports.table.due({ kind: "expiring", shard, before: ports.clock.now(), limit: 10 });
    ports.pass(MINUTE * 31);
    await removeExpired(ports, item);
    expect([await due(), (await ports.table.get(item))?.version]).toEqual([[], 2]);
    ports.pass(MINUTE * 30);
    expect(await due()).toMatchObject([item]);
    await removeExpired(ports, item);
    expect([await due(), await ports.table.get(item)]).toEqual([[], null]);
  });

  test.each([
    ["fails", broken],
    ["does not answer", silent],
  ])(
    "when it %s, an instance counts by itself: everybody passes up to the limit, and nobody beyond",
    async (_, fault) => {
      const limit = createRequestLimit(600);
      const as = ports.with({ table: fault(ports.table), clock: impatient(ports) });
      expect(await passing(limit, 700, as)).toBe(600);
      expect(ports.lines.length).toBeGreaterThan(0);
    },
  );

  test("that is back is told what was spent meanwhile", async () => {
    const limit = createRequestLimit(600);
    const away = ports.with({ table: broken(ports.table) });
    expect(await passing(limit, 300, away)).toBe(300);
    expect(await passing(limit, 600)).toBe(300);
  });
});

describe("Several instances", () => {
  test("share one limit, but for the second's part that each spends before the table hears of it", async () => {
    const limits = Array.from({ length: 4 }, () => createRequestLimit(600));
    let passed = 0;
    for (let n = 0; n < 400; n++) for (const limit of limits) passed += await passing(limit, 1);
    expect(passed).toBeGreaterThanOrEqual(600);
    expect(passed).toBeLessThanOrEqual(640);
  });

  test("share a small limit exactly, also when they ask at the same moment", async () => {
    const limits = Array.from({ length: 5 }, () => createRequestLimit(20));
    const waits = await Promise.all(
      limits.flatMap((limit) => Array.from({ length: 10 }, () => limit.take(ports, ada))),
    );
    expect(waits.filter((ms) => ms === 0).length).toBe(20);
  });

  test("count what they spent before the table heard of it: nobody gets more behind it", async () => {
    expect(await passing(createRequestLimit(600), 595)).toBe(595);
    expect(await passing(createRequestLimit(600), 50)).toBe(10);
  });

  test("all say when the minute is over that the first of them began", async () => {
    const [first, second] = [createRequestLimit(10), createRequestLimit(10)];
    expect(await passing(first, 9)).toBe(9);
    ports.pass(20_000);
    expect(await passing(second, 1)).toBe(1);
    expect([await first.take(ports, ada), await second.take(ports, ada)]).toEqual([40_000, 40_000]);
  });

  test("that die take an eighth of what was left with them at most, and only until the minute is over", async () => {
    expect(await passing(createRequestLimit(600), 11)).toBe(11);
    const other = createRequestLimit(600);
    const passed = await passing(other, 700);
    expect([passed >= 515, passed <= 600 - 11]).toEqual([true, true]);
    ports.pass(MINUTE);
    expect(await passing(other, 700)).toBe(600);
  });

  test("whose clocks differ by half a minute give no more than one limit a minute, and nobody waits for longer than both", async () => {
    const [early, late] = [createRequestLimit(30), createRequestLimit(30)];
    const fast = ports.with({ clock: ahead(ports.clock, 30_000) });
    let [passed, longest] = [0, 0];
    for (let second = 0; second < 700; second++) {
      // The first time that a clock ahead sees a minute of one behind, it ends it early.
      if (second === 100) passed = 0;
      const waits = [await late.take(ports, ada), await early.take(fast, ada)];
      passed += waits.filter((ms) => ms === 0).length;
      longest = Math.max(longest, ...waits);
      ports.pass(1000);
    }
    expect([passed >= 250, passed <= 300, longest <= MINUTE + 30_000]).toEqual([true, true, true]);
  });

  test("do not believe a minute that a wrong clock wrote: it would begin a day from now", async () => {
    const wrong = ports.with({ clock: ahead(ports.clock, 24 * 60 * MINUTE) });
    expect(await passing(createRequestLimit(5), 9, wrong)).toBe(5);
    expect(await passing(createRequestLimit(5), 9)).toBe(5);
  });

  test("do not wait for a clock that went back", async () => {
    const limit = createRequestLimit(5);
    expect(await passing(limit, 9, ports.with({ clock: ahead(ports.clock, 60 * MINUTE) }))).toBe(5);
    expect(await passing(limit, 9)).toBe(5);
  });
});

test("an instance remembers ten thousand callers, and forgets the oldest for more", async () => {
  const limit = createRequestLimit(60);
  expect(await passing(limit, 2)).toBe(2);
  const before = ports.calls.get;
  let others = 0;
  const meet = async (count: number) => {
    for (const last = others + count; others < last; others++) {
      await limit.take(ports, { address: `10.${others >> 16}.${(others >> 8) & 255}.${others & 255}` });
    }
  };
  await meet(9_999);
  await passing(limit, 1);
  expect(ports.calls.get).toBe(before);
  await meet(1);
  await passing(limit, 1);
  expect(ports.calls.get).toBe(before);
  await passing(limit, 1);
  expect(ports.calls.get).toBe(before + 1);
});

/** Waits for nothing: what would take long is over at once. */
function impatient({ clock }: Ports) {
  return { now: () => clock.now(), sleep: () => Promise.resolve() };
}
