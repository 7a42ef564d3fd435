// How long scenes and shots are.
import { describe, expect, it } from "vitest";
import { LONGEST_SCENE_SEC, mostLines } from "../../../shared/drama/planning/bounds.ts";
import {
  bounded,
  longestScene,
  madeLength,
  shared,
  shorterLength,
  shotLengths,
} from "../../../shared/drama/planning/lengths.ts";
import { planShots } from "../../../shared/drama/shots.ts";
import { diceOf } from "./films.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

describe("the shots of a scene", () => {
  it.each([
    [40, 6, [5, 10], [10, 10, 5, 5, 5, 5]],
    [20, 4, [5, 10], [5, 5, 5, 5]],
    [22, 4, [5, 10], [7, 5, 5, 5]],
    [40, 6, [2, 3, 4, 5, 6, 7, 8], [7, 7, 7, 7, 6, 6]],
    [10, 2, [5], [5, 5]],
  ])("of %d s are %d of lengths that can be made", (sceneSec, count, durations, lengths) => {
    expect(shotLengths(sceneSec, count, durations)).toEqual(lengths);
  });

  it("are nobody's to change where any length can be made, or none that would do", () => {
    expect(shotLengths(20, 4, [])).toBeNull();
    expect(shotLengths(30, 4, [5])).toBeNull();
    expect(shotLengths(2.5, 1, [5])).toBeNull();
    expect(shotLengths(3, 4, [5])).toBeNull();
  });

  it("fill it to the second, and each is no longer than its clip", () => {
    for (let seed = 1; seed < 1000; seed++) {
      const dice = diceOf(seed);
      const durations = [...new Set(Array.from({ length: 1 + dice(5) }, () => 1 + dice(15)))].sort((a, b) => a - b);
      const [sceneSec, count] = [1 + dice(80), 1 + dice(6)];
      const lengths = shotLengths(sceneSec, count, durations);
      if (lengths === null) continue;
      expect(lengths).toHaveLength(count);
      expect(sum(lengths)).toBe(sceneSec);
      expect(lengths.filter((sec) => sec < 1 || madeLength(sec, durations) < sec)).toEqual([]);
    }
  });
});

it("as many lines as may be said in a scene need no more shots than its length does", () => {
  const countOf = (durationSec: number, lines: number) =>
    planShots({
      ...{ action: "", characters: [], durationSec },
      lines: Array.from({ length: lines }, () => ({ character: "c1", text: "x" })),
    }).length;
  for (let sec = 1; sec <= LONGEST_SCENE_SEC; sec++) {
    for (let lines = 0; lines <= mostLines(sec); lines++) expect(countOf(sec, lines)).toBe(countOf(sec, 0));
  }
});

describe("a clip", () => {
  it("is the shortest that is long enough, else the longest", () => {
    expect([4, 5, 6, 12].map((sec) => madeLength(sec, [5, 10]))).toEqual([5, 5, 10, 10]);
    expect(madeLength(7, [])).toBe(7);
    expect([shorterLength(10, [5, 10]), shorterLength(5, [5, 10]), shorterLength(5, [])]).toEqual([5, null, null]);
  });
});

describe("the scenes of an episode", () => {
  it("are none longer than they may be, and as long together as before", () => {
    expect(bounded([100, 10, 10], 60)).toEqual([60, 30, 30]);
    expect(bounded([20, 20, 20], 60)).toEqual([20, 20, 20]);
    expect(bounded([100, 100], 60)).toEqual([60, 60]);
    expect([longestScene([]), longestScene([5, 10]), longestScene([5])]).toEqual([80, 60, 30]);
  });

  it("add up to what was asked for, whatever a writer says", () => {
    expect(shared(60, [20, 20, 20])).toEqual([20, 20, 20]);
    expect(sum(shared(60, [1, Number.NaN, 500]))).toBe(60);
    expect(sum(shared(60, [2, 29, 29]))).toBe(60);
    expect(Math.min(...shared(60, [2, 29, 29]))).toBeGreaterThanOrEqual(3);
  });
});
