import { describe, expect, test } from "vitest";
import { beforePrefix, behindPrefix, pageStart } from "../../shared/tables/sort-range.ts";

/** Among them: the last character before the surrogates and the first one behind them, and the last one of all. */
const alphabet = ["\0", "a", "b", "\ud7ff", "\ue000", "\uffff", "😀", "\u{10ffff}"];
const one = ["", ...alphabet];
const prefixes = [...new Set(one.flatMap((a) => one.map((b) => a + b)))];
const keys = [...new Set(prefixes.flatMap((a) => one.map((b) => a + b)))].filter((key) => key !== "");

test("exactly the keys that begin with a prefix stand between its two ends, in the order of their bytes", () => {
  for (const prefix of prefixes) {
    const [before, behind] = [beforePrefix(prefix), behindPrefix(prefix)];
    const between = keys.filter(
      (key) => (before === null || isBefore(before, key)) && (behind === null || isBefore(key, behind)),
    );
    expect(between).toEqual(keys.filter((key) => key.startsWith(prefix)));
  }
});

test("the longest key before a prefix stands before its end too, which is valid and hardly longer", () => {
  const longest = `a${"\u{10ffff}".repeat(127)}`;
  const end = beforePrefix("b");
  expect(end).not.toBeNull();
  expect([isBefore(longest, end ?? ""), isBefore(end ?? "", "b"), end?.isWellFormed()]).toEqual([true, true, true]);
  expect(Buffer.byteLength(beforePrefix("x".repeat(512)) ?? "")).toBeLessThanOrEqual(516);
});

describe("a page begins", () => {
  const start = (prefix: string, order: "ascending" | "descending", after?: string) =>
    pageStart({ partition: "p", prefix, order, limit: 1, after });

  test.each([
    ["without a cursor at the first key", start("b", "ascending"), { after: null }],
    ["behind a cursor of the prefix", start("b", "ascending", "b1"), { after: "b1" }],
    ["behind the prefix itself", start("b", "descending", "b"), { after: "b" }],
    ["at the first key when the cursor stands before all", start("b", "ascending", "a"), { after: null }],
    ["nowhere when it stands behind all", start("b", "ascending", "c"), null],
    [
      "at the last key when it stands behind all and the order is descending",
      start("b", "descending", "c"),
      { after: null },
    ],
    ["nowhere when it stands before all and the order is descending", start("b", "descending", "a"), null],
    ["at the first key when the cursor is empty", start("", "ascending", ""), { after: null }],
    ["nowhere when the prefix is longer than keys are", start("x".repeat(513), "ascending"), null],
    ["by bytes, not by UTF-16", start("\uffff", "ascending", "😀"), null],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
