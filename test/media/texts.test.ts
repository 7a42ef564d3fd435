// Texts: JSON objects, whole, and no larger or deeper than anybody writes them; and what of them is said to who checks content.
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../shared/jobs/moderating/words.ts";
import { jsonTextCarrier } from "../../shared/labels/formats/json-text.ts";
import { vttCarrier } from "../../shared/labels/formats/subtitles.ts";
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

const subtitles = "\ufeffWEBVTT - a ferry\r\n\r\nNOTE of its writer\r\n\r\n00:00.000 --> 00:01.000\r\n晚了。\r\n";

it("subtitles are a text", async () => {
  const found = await inspected(subtitles);
  expect(found).toMatchObject({ kind: "text", extension: "vtt", contentType: "text/vtt", durationMs: null });
  expect(await inspected("WEBVTT")).toMatchObject({ extension: "vtt" });
});

it.each<[string, string | Uint8Array]>([
  ["words that only begin like them", "WEBVTTX\n\n"],
  ["what is not UTF-8", Buffer.from("WEBVTT\n\n\xff", "latin1")],
  ["what is cut within a letter", Buffer.from("WEBVTT\n\n晚").subarray(0, -1)],
  ["what has bytes of no text", "WEBVTT\n\n\0"],
  ["more than anybody says", `WEBVTT\n\n${"x".repeat(1024 * 1024)}`],
])("no subtitles are %s", async (_, text) => {
  await expect(inspected(text, 65_536)).rejects.toMatchObject({ type: "invalid_output" });
});

describe("a label in subtitles", () => {
  const aigc = {
    ...{ Label: "1", ContentProducer: "us", ProduceID: "a-->b", ReservedCode1: "", ReservedCode2: "" },
    ...{ ContentPropagator: "us", PropagateID: "1" },
  };
  const mark = { aigc, digitalSourceType: "http://example.com/made", system: { name: "Two\nlines", version: "1" } };
  const reopen = (text: string) => () => pieces(text);

  async function marked(text: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of vttCarrier.write(reopen(text), mark)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it("stands in a comment in front of the first cue, and makes no cue of itself", async () => {
    const text = await marked(subtitles);
    const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
    expect(blocks[0]).toBe("\ufeffWEBVTT - a ferry");
    expect(blocks[1]).toMatch(/^NOTE AIGC \{.*\}$/);
    expect(blocks.slice(2)).toEqual(["NOTE of its writer", "00:00.000 --> 00:01.000\n晚了。\n"]);
    expect(blocks[1]).not.toContain("-->");
  });

  it("is read again, and what is shown has the same sum with it and without", async () => {
    const text = await marked(subtitles);
    const [before, after] = [await vttCarrier.read(pieces(subtitles)), await vttCarrier.read(pieces(text))];
    expect(after.mediaSha256).toBe(before.mediaSha256);
    expect(JSON.parse(after.aigc[0] ?? "")).toEqual(aigc);
    expect(after.digitalSourceTypes).toEqual(["http://example.com/made"]);
  });

  it("is there once, however often it is written", async () => {
    const once = await marked(subtitles);
    expect(await marked(once)).toBe(once);
  });
});
