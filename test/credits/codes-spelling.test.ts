import { describe, expect, test } from "vitest";
import { codeFrom, readSpelling } from "../../shared/credits/codes-spelling.ts";

const samples = Array.from({ length: 40 }, (_, n) => codeFrom(`seed ${n}`));
const [sample = codeFrom("")] = samples;
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

test("a code looks like DF-XXXXX-XXXXX-XXXXX-XXXXX, without letters that look like others", () => {
  for (const { text } of samples) expect(text).toMatch(/^DF(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
});

test("ten thousand codes are different ones, and each symbol stands in each place", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => codeFrom(String(n)));
  expect(new Set(many.map(({ text }) => text)).size).toBe(10_000);
  expect(new Set(many.map(({ id }) => id)).size).toBe(10_000);
  for (let place = 0; place < 18; place++) {
    const symbols = new Set(many.map(({ text }) => text.slice(3).replaceAll("-", "")[place]));
    expect(symbols.size).toBe(32);
  }
});

describe("what is typed is understood", () => {
  const bare = sample.text.replaceAll("-", "");
  test.each([
    ["as it is shown", sample.text],
    ["in small letters", sample.text.toLowerCase()],
    ["without dashes", bare],
    ["without the prefix", bare.slice(2)],
    ["with spaces", ` ${sample.text.replaceAll("-", " ")}\n`],
    ["with other dashes", sample.text.replaceAll("-", "—")],
    ["with a letter O for each zero", sample.text.replaceAll("0", "o")],
    ["with I and l for each one", sample.text.replace("1", "I").replaceAll("1", "l")],
    [
      "in full-width characters",
      sample.text.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
  ])("%s", (_, typed) => {
    expect(readSpelling(typed)).toEqual(sample);
  });

  test("also where zeros and ones are in it", () => {
    const withBoth = samples.filter(({ text }) => /0/.test(text) && /1/.test(text));
    expect(withBoth.length).toBeGreaterThan(5);
    for (const code of withBoth) {
      expect(readSpelling(code.text.replaceAll("0", "O").replaceAll("1", "L"))).toEqual(code);
    }
  });
});

describe("a typing error is noticed", () => {
  test("any one wrong symbol", () => {
    for (const { text } of samples) {
      for (const [place, symbol] of [...text].entries()) {
        if (place < 3 || symbol === "-") continue;
        const others = [...alphabet].filter((other) => other !== symbol);
        const wrong = others.map((other) => text.slice(0, place) + other + text.slice(place + 1));
        expect(wrong.filter((typed) => readSpelling(typed))).toEqual([]);
      }
    }
  });

  test("any two neighbours that changed places", () => {
    for (const { text } of samples) {
      const symbols = text.slice(3).replaceAll("-", "");
      for (let place = 0; place < symbols.length - 1; place++) {
        const [a, b] = [symbols[place], symbols[place + 1]];
        const wrong = `${symbols.slice(0, place)}${b}${a}${symbols.slice(place + 2)}`;
        if (a !== b) expect(readSpelling(wrong)).toBeNull();
      }
    }
  });

  test.each([
    "",
    "DF",
    "hello",
    "DF-00000-00000-00000-0000",
    "DF-00000-00000-00000-000000",
    "DF-ÄÖÜ00-00000-00000-00000",
    "😀".repeat(20),
  ])("%j is no code", (typed) => {
    expect(readSpelling(typed)).toBeNull();
  });
});

test("what it is kept under says nothing of the code, and is the same however it is typed", () => {
  expect(sample.id).toMatch(/^[0-9a-f]{64}$/);
  expect(readSpelling(sample.text.toLowerCase())?.id).toBe(sample.id);
});
