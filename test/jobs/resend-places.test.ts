// Which place a repeat takes over, as a function of what is known of equal requests; and the item in the table under many at once.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ANSWERED_MS, choosePlace, HELD_MS, LEFT_MS, type Place, placesNow } from "../../shared/jobs/resends/places.ts";
import { type Sent, takePlace } from "../../shared/jobs/resends/take-place.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";

const now = 1_000_000;
const never = new AbortController().signal;
let count = 0;

function place(state: Place["state"], fields: Partial<Place> = {}): Place {
  const name = `${state}-${++count}`;
  const until = now + { held: HELD_MS, left: LEFT_MS, answered: ANSWERED_MS }[state];
  return { key: name, owner: name, tries: 0, state, since: now - 1000, until, ...fields };
}

describe("A request that says that it is a repeat", () => {
  const [left, held, answered] = [place("left"), place("held"), place("answered")];

  test("takes what nobody got, before what somebody waits for, before what was answered", () => {
    expect(choosePlace([answered, held, left], 1, now)).toEqual({ take: left });
    expect(choosePlace([answered, held], 1, now)).toEqual({ take: held });
    expect(choosePlace([answered], 1, now)).toEqual({ take: answered });
    expect(choosePlace([], 1, now)).toEqual({ take: null });
  });

  test("takes none that was tried as often as it was itself", () => {
    expect(choosePlace([place("answered", { tries: 1 }), place("held", { tries: 2 })], 1, now)).toEqual({ take: null });
    expect(choosePlace([place("held", { tries: 1 })], 2, now)).toMatchObject({ take: { tries: 1 } });
  });

  test("takes of several the one whose next try it is", () => {
    const [first, second] = [place("left", { tries: 0 }), place("left", { tries: 1 })];
    expect(choosePlace([first, second], 2, now)).toEqual({ take: second });
    expect(choosePlace([second, first], 1, now)).toEqual({ take: first });
  });
});

describe("A request that says nothing", () => {
  test("takes what nobody got, and never what was answered", () => {
    const left = place("left");
    expect(choosePlace([place("answered"), left], null, now)).toEqual({ take: left });
    expect(choosePlace([place("answered")], null, now)).toEqual({ take: null });
  });

  test("is unsure of what was held when it came, unless it counts and this is its first try", () => {
    const held = place("held");
    expect(choosePlace([held], null, now)).toEqual({ unsure: [held] });
    expect(choosePlace([place("held", { since: now + 1 })], null, now)).toEqual({ take: null });
    expect(choosePlace([held], 0, now)).toEqual({ take: null });
  });
});

test("a holder that is silent has left; what is over is forgotten", () => {
  const silent = place("held", { until: now - 1 });
  expect(placesNow([silent], now)).toMatchObject([{ key: silent.key, state: "left", until: now - 1 + LEFT_MS }]);
  expect(
    placesNow(
      [place("held", { until: now - LEFT_MS }), place("left", { until: now }), place("answered", { until: now - 5 })],
      now,
    ),
  ).toEqual([]);
});

describe("In the table", () => {
  const sent: Sent = { userId: "ada", route: "r", body: { prompt: "a" }, sentBefore: null };

  async function deps() {
    const folder = await mkdtemp(join(tmpdir(), "dream-factory-places-"));
    const table = await openSqliteTable({ path: join(folder, "table.sqlite") });
    onTestFinished(async () => {
      await table.close();
      await rm(folder, { recursive: true });
    });
    const log = { warn: (fields: object) => expect(fields).toBeNull() };
    return { table, clock: realClock, ids: realIds, log: log as never };
  }

  test("twenty at once have twenty places, and twenty repeats of them the same ones", async () => {
    const d = await deps();
    const end = Promise.withResolvers<void>();
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const holding = await takePlace(d, sent, never);
        return { holding, held: holding.during(() => end.promise) };
      }),
    );
    const keys = new Set(all.map(({ holding }) => holding.key));
    expect(keys.size).toBe(20);
    end.resolve();
    await Promise.all(all.map(({ held }) => held));
    await Promise.all(all.map(({ holding }) => holding.left()));
    const again = await Promise.all(Array.from({ length: 20 }, () => takePlace(d, { ...sent, sentBefore: 0 }, never)));
    expect(new Set(again.map(({ key }) => key))).toEqual(keys);
  });

  test("who was taken over says nothing any more of the place", async () => {
    const d = await deps();
    const first = await takePlace(d, sent, never);
    const second = await takePlace(d, { ...sent, sentBefore: 1 }, never);
    expect(second.key).toBe(first.key);
    await first.given();
    await second.left();
    expect((await takePlace(d, sent, never)).key).toBe(first.key);
  });

  test("what came to nothing leaves no item behind", async () => {
    const d = await deps();
    await (await takePlace(d, sent, never)).given();
    const { items } = await d.table.query({ partition: "user#ada", prefix: "resent#", order: "ascending", limit: 5 });
    expect(items).toEqual([]);
  });

  test("a holder that lives is told from one that died, within seconds", async () => {
    const d = await deps();
    const alive = await takePlace(d, sent, never);
    const end = Promise.withResolvers<void>();
    const holding = alive.during(() => end.promise);
    await realClock.sleep(400);
    // Held as well from here on, and never renewed, as if its process had died.
    const dead = await takePlace(d, sent, never);
    expect(dead.key).not.toBe(alive.key);
    await realClock.sleep(400);
    const startedAt = Date.now();
    expect((await takePlace(d, sent, never)).key).toBe(dead.key);
    expect(Date.now() - startedAt).toBeLessThan(HELD_MS + 1000);
    end.resolve();
    await holding;
  });

  test("more than fifty that nobody got are refused", async () => {
    const d = await deps();
    const still = { ...d, clock: { ...realClock, now: () => now } };
    for (let i = 0; i < 50; i++) await takePlace(still, { ...sent, sentBefore: 0 }, never);
    await expect(takePlace(still, { ...sent, sentBefore: 0 }, never)).rejects.toMatchObject({ type: "rate_limited" });
  });
});
