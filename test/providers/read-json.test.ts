// The JSON in what a language model says, at a cost that grows no faster than what it says.
import { describe, expect, it } from "vitest";
import { readJson } from "../../shared/providers/chat/read-json.ts";

describe("JSON", () => {
  it.each([
    ["bare", '{"a":1}'],
    ["in white space", ' \n\t{"a":1}\n\n'],
    ["in a fence", '```json\n{"a":1}\n```'],
    ["in a fence without a name", '```\n{"a":1}\n```'],
    ["in a fence of capitals, with room around it", '  ```JSON  \r\n\n {"a":1} \r\n\n  ``` \n'],
    ["behind thoughts", '<think>{"a":2}\n```json\n</think>\n{"a":1}'],
    ["behind thoughts, in a fence", '\n<think>\n</think>\n```json\n{"a":1}\n```\n'],
  ])("%s is read", (_, text) => expect(readJson(text)).toEqual({ a: 1 }));

  it.each([
    ["nothing", ""],
    ["a fence around nothing", "```json\n```"],
    ["a fence in one line", '```json {"a":1}```'],
    ["a fence that does not end", '```json\n{"a":1}'],
    ["a fence of another language", '```yaml\n{"a":1}\n```'],
    ["two fences", '```json\n{"a":1}\n```\n```json\n{"a":2}\n```'],
    ["thoughts that do not end", '<think>{"a":1}'],
    ["words around it", 'Here: {"a":1}'],
    ["a list", "[1]"],
    ["null", "null"],
  ])("%s holds none", (_, text) => expect(readJson(text)).toBeUndefined());
});

describe("what is sixteen times as long", () => {
  it.each<[string, (count: number) => string]>([
    ["a fence of line breaks", (count) => `\`\`\`json\n${"\n".repeat(count)}x`],
    ["a fence of spaces", (count) => `\`\`\`json${" ".repeat(count)}x`],
    ["a fence of lines of spaces", (count) => `\`\`\`\n${"\n ".repeat(count / 2)}x`],
    ["thoughts that never end", (count) => `<think>${"<think>\n".repeat(count / 8)}`],
    ["line breaks and no fence", (count) => `${"\n".repeat(count)}x${"\n".repeat(count)}x`],
  ])("%s: costs about sixteen times as much, not the square of it", (_, textOf) => {
    costOf(textOf(1024));
    expect(costOf(textOf(2048)) / costOf(textOf(128))).toBeLessThan(100);
    expect(readJson(textOf(64 * 1024))).toBeUndefined();
  });

  /** The least of several: other work on the machine only adds to it. */
  function costOf(text: string): number {
    const costs = Array.from({ length: 9 }, () => {
      const from = process.hrtime.bigint();
      readJson(text);
      return Number(process.hrtime.bigint() - from);
    });
    return Math.min(...costs);
  }
});
