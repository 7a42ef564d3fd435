// What somebody else has written, as plain words.
import { describe, expect, it } from "vitest";
import { joined, plain } from "../../../shared/drama/planning/plain.ts";
import { seedOf } from "../../../shared/drama/planning/seed.ts";

describe("plain words", () => {
  it.each([
    ["an address", "看https://evil.test/a?b=1这里", "看 这里"],
    ["one without a scheme", "see www.evil.test/x and evil.test/y now", "see and now"],
    ["bytes as an address", "a data:image/png;base64,AAAA b", "a b"],
    ["markup", 'a <script src="x">b</script> c', "a b c"],
    ["a command of Ark", "a boat --duration 10 --ratio 1:1", "a boat –duration 10 –ratio 1:1"],
    ["a tag of Runway", "@hero runs", "hero runs"],
    ["weights and templates", "{{x}} [y] `z` \\n|*#", "x y z n"],
    ["what is not to be seen", "a\u0000b\u200Bc\r\n\td", "a b c d"],
    ["an end of quotation", 'he said "go"', "he said ”go”"],
  ])("have no trace of %s", (_, written, words) => {
    expect(plain(written, 200)).toBe(words);
  });

  it("keep what anybody says: colons, brackets, dashes, other scripts", () => {
    const words = "Data: 3:1 (so far) – 他说：“好！” naïve, 20%";
    expect(plain(words, 200)).toBe(words);
  });

  it("are cut between words, and never within a letter", () => {
    expect(plain("one two three", 9)).toBe("one two");
    expect(plain("一二三四五", 3)).toBe("一二三");
    expect(plain("ab🎬", 3)).toBe("ab");
    expect(plain("abc", 0)).toBe("");
  });

  it("are the same when they are asked for again, shorter or longer, however many others came in between", () => {
    const texts = Array.from({ length: 2500 }, (_, n) => `a <b>boat</b> of the number ${n}`);
    for (const most of [200, 6, 200]) {
      for (const [n, text] of texts.entries()) {
        expect(plain(text, most)).toBe(most === 6 ? "a boat" : `a boat of the number ${n}`);
      }
    }
  });

  it("are put together as far as there is room, the first before all", () => {
    expect(joined(["aaa", "bbbbbb", "", "cc"], 6)).toBe("aaa cc");
    expect(joined(["aaaaaaaa", "b"], 4)).toBe("b");
    expect(joined(["aaaaaaaa"], 4)).toBe("aaaa");
  });
});

describe("a seed", () => {
  it("is one that every vendor takes, the same for the same words, and another one when asked again", () => {
    const seeds = Array.from({ length: 500 }, (_, i) => seedOf(i, `words ${i % 7}`, i % 2 === 0));
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true);
    expect(new Set(seeds).size).toBe(500);
    expect(seedOf(1, "a", false)).toBe(seedOf(1, "a", false));
    expect(seedOf(1, "a", true)).not.toBe(seedOf(1, "a", false));
  });
});
