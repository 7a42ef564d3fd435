// Where subtitles are broken: into lines that fit, and into what is shown at once.
import { describe, expect, it } from "vitest";
import { breakLines, emsOf } from "../../shared/drama/break-lines.ts";
import { cuesOf, lineEms } from "../../shared/drama/subtitles.ts";

const sizes = { wide: { width: 1280, height: 720 }, tall: { width: 720, height: 1280 } };
const chinese = "她把最后一盏灯点亮，然后对着空荡荡的渡口说：“我还在等你，哪怕雨再下三天三夜，哪怕河水淹到门槛。”";
const english =
  "I waited on the old bridge until the last lantern went out, and nobody — nobody at all — came back for me.";
const unbroken = "没有标点的一句很长很长的话没有任何停顿就这样一直说下去说到天荒地老也不会停下来";
const texts = [
  chinese,
  english,
  unbroken,
  "Meet me at 7:30, by gate No. 5 (the 北门), okay?",
  "嗯。",
  "Donaudampf".repeat(9),
];

function pagesOf(text: string, size: { width: number; height: number }): string[] {
  return cuesOf([{ fromMs: 0, toMs: 8000, text }], size).map(({ lines }) => lines.join(" / "));
}

const bare = (text: string) => text.replace(/\s/gu, "");

describe.each(texts)("%s", (text) => {
  it.each([6, 9, 14, 24, 40])(
    "keeps to %i squares, loses nothing, and begins no line with what belongs to the one before",
    (ems) => {
      const lines = breakLines(text, ems);
      expect(bare(lines.join(""))).toBe(bare(text));
      for (const line of lines) {
        expect(emsOf(line)).toBeLessThanOrEqual(ems);
        expect(line).not.toMatch(/^[，。！？：；、,.!?;:”’）)]/u);
        expect(line).not.toMatch(/[“‘（(]$/u);
      }
    },
  );

  it.each(Object.entries(sizes))("is shown in %s films at most two lines at once, with nothing left out", (_, size) => {
    const cues = cuesOf([{ fromMs: 0, toMs: 8000, text }], size);
    expect(bare(cues.flatMap(({ lines }) => lines).join(""))).toBe(bare(text));
    for (const { lines } of cues) {
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const line of lines) expect(emsOf(line)).toBeLessThanOrEqual(lineEms(size));
    }
  });
});

describe("where it is broken", () => {
  it("a page ends with a part of the sentence, where as few pages allow that", () => {
    expect(pagesOf(english, sizes.wide)).toEqual([
      "I waited on the old bridge / until the last lantern went out,",
      "and nobody — nobody at all — / came back for me.",
    ]);
    expect(pagesOf(chinese, sizes.wide)).toEqual([
      "她把最后一盏灯点亮，然后对着空荡荡的渡口说：",
      "“我还在等你，哪怕雨再下三天三夜， / 哪怕河水淹到门槛。”",
    ]);
  });

  it("no line more than it takes is made for the sake of a comma", () => {
    expect(pagesOf(english, sizes.tall)).toHaveLength(2);
    expect(pagesOf(chinese, sizes.tall)).toHaveLength(2);
  });

  it("a number stays with what it counts, and a name with its title", () => {
    for (let ems = 8; ems < 30; ems++) {
      const lines = breakLines("Ask at gate No. 5 for Dr. Wang, or for Mr. Li.", ems);
      for (const line of lines) expect(line).not.toMatch(/(No|Dr|Mr)\.$/);
    }
  });

  it("a sentence that happens to end like a title does end", () => {
    expect(breakLines("I said no. Go home at once.", 9)).toEqual(["I said no.", "Go home at once."]);
  });
});
