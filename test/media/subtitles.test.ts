// Subtitles as files that are kept: whole, with times that can be read, labelled where players do not see it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cuesOf, srtOf, vttOf } from "../../shared/drama/subtitles.ts";
import { wordsOf } from "../../shared/jobs/moderating/words.ts";
import { carrierOf } from "../../shared/labels/formats.ts";
import type { Mark } from "../../shared/labels/mark.ts";
import { inspectMedia } from "../../shared/media/inspect.ts";
import { programs } from "../providers/videos.ts";

const lines = [
  { fromMs: 500, toMs: 2500, text: "城里的灯都亮了，可是她还没有回来，我在桥上等了整整一夜。" },
  { fromMs: 3000, toMs: 4200, text: "“谁？” --> <i>a & b</i> {x}" },
];
const cues = cuesOf(lines, { width: 1280, height: 720 });
const files = { srt: srtOf(cues), vtt: vttOf(cues) };
const types = { srt: "application/x-subrip", vtt: "text/vtt" };
const folder = mkdtempSync(join(tmpdir(), "subtitles-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function* pieces(text: string | Uint8Array, size = 7) {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function inspected(text: string | Uint8Array, size?: number) {
  const { body, result } = inspectMedia(pieces(text, size), { expect: "text", maxBytes: 10_000_000 });
  for await (const _ of body);
  return result();
}

const mark: Mark = {
  aigc: {
    ...{ Label: "1", ContentProducer: "造梦 --> 1", ProduceID: "job-1-0", ReservedCode1: "c", ContentPropagator: "" },
    ...{ PropagateID: "", ReservedCode2: "" },
  },
  digitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
  system: { name: "Dream Factory", version: "subtitles" },
};

async function marked(text: string): Promise<string> {
  const chunks = [];
  const carrier = carrierOf(Buffer.from(text).subarray(0, 256));
  for await (const chunk of carrier?.write(() => pieces(text), mark) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const read = (text: string) => carrierOf(Buffer.from(text).subarray(0, 256))?.read(pieces(text));

describe.each(["srt", "vtt"] as const)("%s", (extension) => {
  const text = files[extension];

  it.each([1, 7, 65_536])("is a text without sides or length, in pieces of %i bytes", async (size) => {
    const found = await inspected(text, size);
    expect(found).toMatchObject({
      kind: "text",
      extension,
      contentType: types[extension],
      durationMs: null,
      width: null,
    });
    await inspected(`\uFEFF${text.replaceAll("\n", "\r\n")}`, size);
  });

  it("is labelled once, however often it is labelled, and what is shown stays", async () => {
    const once = await marked(text);
    expect(await marked(once)).toBe(once);
    expect((await inspected(once)).extension).toBe(extension);
    const [before, after] = [await read(text), await read(once)];
    expect(before?.aigc).toEqual([]);
    expect(after?.mediaSha256).toBe(before?.mediaSha256);
    expect([after?.aigc.length, JSON.parse(after?.aigc[0] ?? "{}")]).toEqual([1, mark.aigc]);
    expect(after?.digitalSourceTypes).toEqual([mark.digitalSourceType]);
  });

  it.each(Object.entries(programs))(
    "players read the same cues with the label and without it: ffmpeg of %s",
    async (_, program) => {
      if (program === null) return;
      const cuesIn = (name: string, content: string) => {
        writeFileSync(join(folder, name), content);
        const read = execFileSync(program, ["-v", "error", "-i", join(folder, name), "-f", "webvtt", "-"], {
          encoding: "utf8",
        });
        return read.trim().split(/\n\n+/);
      };
      const bare = cuesIn(`bare.${extension}`, text);
      expect(bare).toHaveLength(1 + cues.length);
      expect(cuesIn(`marked.${extension}`, await marked(text))).toEqual(bare);
    },
  );

  it("who checks content reads every word", async () => {
    expect(await wordsOf(pieces(text))).toContain("我在桥上等了整整一夜。");
  });

  it.each<[string, (text: string) => string | Uint8Array]>([
    ["cut within its times", (text) => text.slice(0, text.lastIndexOf("-->") + 5)],
    ["cut within a character", (text) => Buffer.from(text).subarray(0, Buffer.from(text).indexOf("夜") + 1)],
    ["with a cue that ends before it begins", (text) => text.replace("03", "05")],
    ["with a character that no text has", (text) => `${text}\u0000`],
    ["larger than any film's", (text) => text + "x".repeat(1024 * 1024)],
  ])("%s is refused", async (_, edit) => {
    await expect(inspected(edit(text), 65_536)).rejects.toMatchObject({ type: "invalid_output" });
  });
});

it("without a cue it is no SRT, and a web page is neither", async () => {
  for (const text of ["1\n00:00:00", "WEBVTTX\n", "<html>1\n00:00:00,000 --> 00:00:01,000\n"]) {
    await expect(inspected(text)).rejects.toMatchObject({ type: "invalid_output" });
  }
});
