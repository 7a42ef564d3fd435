// Two products in alternating rounds: whose turn it is, what a failure of one does, and what is held against what.
import { describe, expect, test } from "vitest";
import { measureBoth } from "../../bench/against/pair.ts";
import { createTurns, type Turns } from "../../bench/against/turns.ts";
import { type Result, tableOf } from "../../bench/results.ts";

/** Sets up, and has so many rounds, of which each takes a while. */
async function measured(name: string, rounds: number, turn: Turns["turn"], seen: string[]): Promise<void> {
  seen.push(`${name} sets up`);
  for (let round = 0; round < rounds; round++) {
    await turn();
    seen.push(`${name} begins ${round}`);
    for (let tick = 0; tick < 5; tick++) await null;
    seen.push(`${name} ends ${round}`);
  }
}

const row = (value: number, rounds: number[]): Result => ({
  ...{ measure: "reads", ours: `${value}/s`, details: "", rounds },
});

describe("two who take turns", () => {
  test("never do anything at once, setting up neither, and have their rounds one after the other", async () => {
    const [first, second] = createTurns();
    const seen: string[] = [];
    await Promise.all([
      second.during(() => measured("theirs", 2, second.turn, seen)),
      first.during(() => measured("ours", 2, first.turn, seen)),
    ]);
    expect(seen).toEqual([
      ...["ours sets up", "theirs sets up"],
      ...["ours begins 0", "ours ends 0", "theirs begins 0", "theirs ends 0"],
      ...["ours begins 1", "ours ends 1", "theirs begins 1", "theirs ends 1"],
    ]);
  });

  test.each(["ours", "theirs"])("leave all turns to the other one when %s fails", async (failing) => {
    const [first, second] = createTurns();
    const seen: string[] = [];
    const run = async (name: string, turn: Turns["turn"]) => {
      if (name === failing) throw new Error("it could not be started");
      await measured(name, 3, turn, seen);
    };
    const ended = await Promise.allSettled([
      first.during(() => run("ours", first.turn)),
      second.during(() => run("theirs", second.turn)),
    ]);
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(seen.filter((event) => event.includes("ends"))).toHaveLength(3);
  });
});

describe("a part measured of two products", () => {
  test("has the median of its rounds' ratios beside each row", async () => {
    const [held] = await measureBoth(
      async () => [row(20, [10, 40, 30])],
      async () => [row(10, [10, 10, 15])],
    );
    expect(held).toMatchObject({ ours: "20/s", theirs: "10/s", toTheirs: 2 });
  });

  test("fails when ours cannot be measured", async () => {
    const ours = () => Promise.reject(new Error("broken"));
    await expect(measureBoth(ours, async () => [row(1, [1])])).rejects.toThrow("broken");
  });

  test("says of each row when theirs cannot be, or has no such row", async () => {
    const failed = await measureBoth(
      async () => [row(20, [10])],
      () => Promise.reject(new Error("an older one knows nothing of this")),
    );
    const lacking = await measureBoth(
      async () => [row(20, [10])],
      async () => [],
    );
    expect([failed[0]?.theirs, lacking[0]?.theirs]).toEqual(["failed", "has no such row"]);
    expect([failed[0]?.toTheirs, lacking[0]?.toTheirs]).toEqual([undefined, undefined]);
  });
});

describe("the table", () => {
  const results: Result[] = [
    { ...row(20, [10]), theirs: "10/s", toTheirs: 2 },
    { measure: "ticks", ours: "5 ms", details: "" },
  ];

  test("shows the other commit beside ours, and what was measured of ours alone", () => {
    const [head, first, second] = tableOf(results, "abc1234").split("\n");
    expect(head?.split(/ {2,}/)).toEqual(["measure", "ours", "limit", "ratio", "abc1234", "ours/abc1234", "aim"]);
    expect(first?.split(/ {2,}/)).toEqual(["reads", "20/s", "10/s", "2.00"]);
    expect(second?.split(/ {2,}/)).toEqual(["ticks", "5 ms", "only ours"]);
  });

  test("has no columns for another commit when there is none", () => {
    expect(tableOf(results).split("\n")[0]?.split(/ {2,}/)).toEqual(["measure", "ours", "limit", "ratio", "aim"]);
  });
});
