// How scenes are filmed: lengths that add up, lines in their order, and shots that do not change with what is said.
import { describe, expect, test } from "vitest";
import { type Filmed, planShots } from "../../shared/drama/shots.ts";
import { limits, SHORTEST_SCENE_SEC } from "../../shared/drama/wish.ts";

const scene: Filmed = {
  action: "Mei runs along the quay. A gull watches. The ferry has left!",
  durationSec: 20,
  characters: ["c1", "c2"],
  lines: ["c1", "c2", "c1"].map((character) => ({ character, text: "Wait." })),
};

const said = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ character: `c${(i % 2) + 1}`, text: "Hm." }));
const sum = (numbers: number[]) => numbers.reduce((all, each) => all + each, 0);

test("a scene of any length and any number of lines has shots that are as long, with all of its lines, four at most in each", () => {
  for (let durationSec = SHORTEST_SCENE_SEC; durationSec <= limits.longestEpisode; durationSec++) {
    for (let count = 0; count <= limits.lines; count++) {
      const shots = planShots({ ...scene, durationSec, lines: said(count) });
      const what = `${durationSec} s, ${count} lines: ${JSON.stringify(shots)}`;
      expect(shots.length, what).toBeGreaterThan(0);
      expect(shots.length, what).toBeLessThanOrEqual(6);
      expect(sum(shots.map((shot) => shot.durationSec)), what).toBeCloseTo(durationSec, 5);
      expect(sum(shots.map(({ lines }) => lines)), what).toBe(count);
      expect(Math.max(...shots.map(({ lines }) => lines)), what).toBeLessThanOrEqual(4);
      expect(Math.min(...shots.map((shot) => shot.durationSec)), what).toBeGreaterThan(0);
    }
  }
});

test("shots last 2 to 8 whole seconds where length and lines allow it", () => {
  for (let durationSec = SHORTEST_SCENE_SEC; durationSec <= 48; durationSec++) {
    for (let count = 0; Math.ceil(count / 4) <= Math.floor(durationSec / 2) && count <= limits.lines; count++) {
      const lengths = planShots({ ...scene, durationSec, lines: said(count) }).map((shot) => shot.durationSec);
      const areFine = lengths.every((length) => Number.isInteger(length) && length >= 2 && length <= 8);
      expect([durationSec, count, lengths, areFine]).toEqual([durationSec, count, lengths, true]);
    }
  }
});

describe("what is seen", () => {
  test("is the action, sentence by sentence, and for longer where there are fewer sentences than shots", () => {
    const seen = (durationSec: number, action = scene.action) =>
      planShots({ ...scene, durationSec, action }).map((shot) => shot.seen);
    expect(seen(15)).toEqual(["Mei runs along the quay.", "A gull watches.", "The ferry has left!"]);
    expect(seen(5)).toEqual([scene.action]);
    expect(seen(30)).toHaveLength(6);
    expect(seen(10, "梅在码头上奔跑。海鸥看着她。")).toEqual(["梅在码头上奔跑。", "海鸥看着她。"]);
    expect(seen(10, "No end")).toEqual(["No end", "No end"]);
    expect(seen(10, " ")).toEqual([" ", " "]);
  });

  test("is everybody first, and then who speaks; nobody who is only heard", () => {
    const lines = ["c1", "c2", "c3", "c2"].map((character) => ({ character, text: "Hm." }));
    const shots = planShots({ ...scene, lines });
    expect(shots.map(({ characters }) => characters)).toEqual([["c1", "c2"], ["c2"], ["c1", "c2"], ["c2"]]);
  });
});

test("a line that is written anew changes nothing, one more does", () => {
  const before = planShots(scene);
  expect(planShots({ ...scene, lines: scene.lines.map((line) => ({ ...line, text: "x".repeat(200) })) })).toEqual(
    before,
  );
  expect(planShots({ ...scene, lines: [...scene.lines, ...said(1)] })).not.toEqual(before);
});
