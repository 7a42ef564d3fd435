// Texts: JSON objects, whole, and no larger or deeper than anybody writes them; and what of them is said to who checks content.
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../shared/jobs/moderating/words.ts";
import { jsonTextCarrier } from "../../shared/labels/formats/json-text.ts";
import { inspectMedia } from "../../shared/media/inspect.ts";

async function* pieces(text: string | Uint8Array, size = 7) {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function inspected(text: string | Uint8Array, size?: number) {
  const { body, result } = inspectMedia(pieces(text, size), { expect: "text", maxBytes: 10_000_000 });
  for await (const _ of body);
  return result();
}

const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

it("a JSON object is a text without sides or length", async () => {
  const found = await inspected(' \n{"title":"船"}\n');
  expect(found).toMatchObject({ kind: "text", extension: "json", contentType: "application/json", size: 18 });
  expect(found).toMatchObject({ width: null, height: null, durationMs: null });
});

describe("refused is", () => {
  it.each<[string, string | Uint8Array]>([
    ["what is cut", '{"title":"a'],
    ["a list", "[1]"],
    ["a web page", "<!doctype html><p>{}</p>"],
    ["what is not UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
    ["what is nested without end", deep],
    ["what is larger than any screenplay", `{"a":"${"x".repeat(1024 * 1024)}"}`],
    ["nothing", ""],
  ])("%s", async (_, text) => {
    await expect(inspected(text, 65_536)).rejects.toMatchObject({ type: "invalid_output" });
  });
});

it("a label's reader says so of what is nested without end", async () => {
  await expect(jsonTextCarrier.read(pieces(deep, 65_536))).rejects.toMatchObject({ type: "invalid_output" });
});

it("who checks content reads every word, and no name of a field", async () => {
  const text = JSON.stringify({ title: "Ferry", episodes: [{ lines: [{ text: "It is late." }, { text: 3 }] }] });
  expect(await wordsOf(pieces(text))).toBe("Ferry\nIt is late.");
});
