// The breaker: several failures in a row open it for all instances, one call finds out whether the vendor is back, a success closes it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAILURES_TO_OPEN } from "../../shared/limits/vendor/breaker.ts";
import type { Place, VendorLimits } from "../../shared/limits/vendor/vendor-limits.ts";
import { keyOf, never, starts, type VendorWorld, vendorWorld } from "./vendor-world.ts";

let w: VendorWorld;
beforeEach(async () => {
  w = await vendorWorld();
});
afterEach(() => w.close());

/** At a rate that is of no matter here. */
async function take(limits: VendorLimits): Promise<Place> {
  const place = limits.take(starts, { lane: "usual", perSecond: 1000, user: "ada", signal: never });
  await w.driver.until(place);
  return place;
}

/** One failure each second. */
async function fail(limits: VendorLimits, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    w.clock.pass(1000);
    await limits.hear(starts, false);
  }
}

async function breaker() {
  return (await w.table.get(keyOf(starts)))?.data.breaker as {
    openSince: number | null;
    openUntil: number;
    failures: number;
  };
}

describe("Failures in a row", () => {
  it("open the breaker for everybody, from the fifth on", async () => {
    const [one, other] = [w.instance(), w.instance()];
    await fail(one, FAILURES_TO_OPEN - 1);
    expect((await take(other)).isFree).toBe(true);
    await fail(one, 1);
    w.clock.pass(1000);
    expect(await take(other)).toMatchObject({ isFree: false, openSince: w.clock.now() - 1000 });
  });

  it("of several instances count together", async () => {
    for (const limits of [w.instance(), w.instance(), w.instance(), w.instance(), w.instance()]) await fail(limits, 1);
    expect((await breaker()).openSince).not.toBeNull();
  });

  it("with a success among them do not open it", async () => {
    const limits = w.instance();
    await fail(limits, FAILURES_TO_OPEN - 1);
    w.clock.pass(1000);
    await limits.hear(starts, true);
    await fail(limits, FAILURES_TO_OPEN - 1);
    expect((await take(limits)).isFree).toBe(true);
  });

  it("are written once a second at most, and successes of a healthy vendor never", async () => {
    const limits = w.instance();
    for (let n = 0; n < 50; n++) await limits.hear(starts, true);
    expect(w.asked.put).toBe(0);
    for (let n = 0; n < 50; n++) await limits.hear(starts, false);
    expect(w.asked.put).toBe(1);
  });
});

describe("An open breaker", () => {
  const opened = async () => {
    const limits = w.instance();
    await fail(limits, FAILURES_TO_OPEN);
    return limits;
  };
  const passUntilProbe = async () => w.clock.moveTo((await breaker()).openUntil);

  it("lets one call through after a while, and the others wait for how it goes", async () => {
    const limits = await opened();
    await passUntilProbe();
    const places = Array.from({ length: 5 }, () =>
      limits.take(starts, { lane: "usual", perSecond: 1000, user: "ada", signal: never }),
    );
    await w.driver.until(Promise.all(places));
    expect((await Promise.all(places)).filter(({ isFree }) => isFree)).toHaveLength(1);
    expect((await take(w.instance())).isFree).toBe(false);
  });

  it("closes for everybody when that call succeeds", async () => {
    const limits = await opened();
    await passUntilProbe();
    expect((await take(limits)).isFree).toBe(true);
    await limits.hear(starts, true);
    expect(await breaker()).toMatchObject({ openSince: null, failures: 0 });
    expect((await take(w.instance())).isFree).toBe(true);
  });

  it("stays open for twice as long when that call fails, for a minute at most, and says since when", async () => {
    const limits = await opened();
    const { openSince } = await breaker();
    const pauses: number[] = [];
    for (let n = 0; n < 6; n++) {
      pauses.push((await breaker()).openUntil - w.clock.now());
      await passUntilProbe();
      expect((await take(limits)).isFree).toBe(true);
      await limits.hear(starts, false);
    }
    expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect((await breaker()).openSince).toBe(openSince);
  });

  it("is tried by another one when whoever was trying has died", async () => {
    const limits = await opened();
    await passUntilProbe();
    expect((await take(limits)).isFree).toBe(true);
    const other = w.instance();
    expect((await take(other)).isFree).toBe(false);
    w.clock.pass(90_000);
    expect((await take(other)).isFree).toBe(true);
  });

  it("takes late failures of calls from before it opened for no failure of the one that tries", async () => {
    const limits = await opened();
    const { openUntil } = await breaker();
    await fail(limits, 3);
    expect((await breaker()).openUntil).toBe(openUntil);
  });
});
