// What is said in a scene: no more than there is time for, and nothing that is not spoken.
import { describe, expect, it } from "vitest";
import { mostLines } from "../../../shared/drama/planning/bounds.ts";
import { type SaidLine, speakable } from "../../../shared/drama/planning/dialogue.ts";
import { readingMs, timesOf } from "../../../shared/drama/times.ts";
import { diceOf } from "./films.ts";

const line = (text: string, number = 1): SaidLine => ({ id: `e1s1l${number}`, character: "c1", text });

function said(durationSec: number, ...texts: string[]): string[] {
  const lines = texts.map((text, i) => line(text, i + 1));
  return speakable([{ durationSec, lines }], "zh")
    .flat()
    .map(({ text }) => text);
}

describe("lines", () => {
  it("that fit stay word for word", () => {
    expect(said(10, "你是谁？", "我在等船。")).toEqual(["你是谁？", "我在等船。"]);
  });

  it("that are too long lose their last sentence, then their last clause", () => {
    expect(said(4, "船开走了。它再也不会回来了，真的，你不必再等下去了。")).toEqual(["船开走了。"]);
    expect(said(4, "船开走了，它再也不会回来了，真的，你不必再等下去了。")).toEqual(["船开走了，它再也不会回来了"]);
  });

  it("that no cut makes short enough are left out, and the others stay", () => {
    expect(said(6, "这是一句没有停顿而且怎么说也说不完的非常非常非常长的话", "走吧。")).toEqual(["走吧。"]);
  });

  it("without a letter are none", () => {
    expect(said(10, "……", "——！", "好。")).toEqual(["好。"]);
  });

  it("are spoken without addresses, markup and commands", () => {
    expect(said(20, "看<b>这里</b>：https://evil.test/a?b 吧 --duration 10")).toEqual(["看 这里 ： 吧 –duration 10"]);
  });

  it("are at most four in a shot, and fit their scene whatever they are", () => {
    for (let seed = 1; seed < 300; seed++) {
      const dice = diceOf(seed);
      const shots = Array.from({ length: 1 + dice(6) }, (_, h) => ({
        durationSec: dice(4) === 0 ? 0.37 + dice(3) / 7 : 1 + dice(12),
        lines: Array.from({ length: dice(7) }, (_, l) =>
          line("船到了，走吧。等等我！".repeat(1 + dice(5)), h * 10 + l),
        ),
      }));
      const sceneSec = shots.reduce((sum, { durationSec }) => sum + durationSec, 0);
      const fitting = speakable(shots, "zh");
      expect(fitting.every((lines) => lines.length <= 4)).toBe(true);
      expect(fitting.flat().length).toBeLessThanOrEqual(mostLines(sceneSec));
      const planned = shots.map(({ durationSec }, h) => ({
        durationMs: durationSec * 1000,
        lines: (fitting[h] ?? []).map(({ text }) => ({ text, spokenMs: readingMs(text) })),
      }));
      expect(timesOf(planned).durationMs).toBeLessThanOrEqual(sceneSec * 1000 + 42);
      const again = shots.map(({ durationSec }, h) => ({ durationSec, lines: fitting[h] ?? [] }));
      expect(speakable(again, "zh")).toEqual(fitting);
    }
  });
});
