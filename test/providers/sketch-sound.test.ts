// What is heard of `sketch`: music by mood, and speech where somebody has installed a synthesiser.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { moods } from "../../shared/ports/wishes.ts";
import { compose, RATE } from "../../shared/providers/sketch/sound/music.ts";
import { findSynthesiser, secondsOf, silence, speak } from "../../shared/providers/sketch/sound/speech.ts";

const never = new AbortController().signal;
const piece = { prompt: "a ferry", seed: 3, index: 0, mood: "calm", durationSec: 12 } as const;

describe("music", () => {
  it.each(moods)(
    "of the mood %s is as long as asked, begins and ends in silence, and is as loud as others",
    async (mood) => {
      const [left, right] = await compose({ ...piece, mood }, never);
      for (const samples of [left, right]) {
        expect(samples.length).toBe(12 * RATE);
        expect([Math.abs(samples[0] ?? 1), Math.abs(samples.at(-1) ?? 1)]).toEqual([0, 0]);
        expect(samples.every((sample) => Number.isFinite(sample) && Math.abs(sample) <= 0.5)).toBe(true);
      }
      const loudest = Math.max(peakOf(left), peakOf(right));
      expect(loudest).toBeGreaterThan(0.4);
      for (let at = 2 * RATE; at < 10 * RATE; at += RATE)
        expect(peakOf(left.subarray(at, at + RATE))).toBeGreaterThan(0.02);
    },
  );

  it("has no click: no step between samples is greater than a tone's", async () => {
    const [left] = await compose(piece, never);
    expect(
      left.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (left[i - 1] ?? sample))), 0),
    ).toBeLessThan(0.1);
  });

  it("is the same for the same words and seed, and another for others", async () => {
    const heard = async (change: object) => {
      const [left] = await compose({ ...piece, durationSec: 2, ...change }, never);
      return Buffer.from(left.buffer).toString("base64");
    };
    expect(await heard({})).toBe(await heard({}));
    const changes = [{}, { seed: 4 }, { index: 1 }, { mood: "sad" }, { prompt: "x" }];
    expect(new Set(await Promise.all(changes.map(heard))).size).toBe(5);
  });

  it.each([1, 3])("may be as short as %i s", async (durationSec) => {
    expect(peakOf((await compose({ ...piece, durationSec }, never))[0])).toBeGreaterThan(0.1);
  });

  it("is left off when nobody waits any more", async () => {
    const caller = new AbortController();
    const made = compose({ ...piece, durationSec: 60 }, caller.signal);
    caller.abort();
    await expect(made).rejects.toMatchObject({ name: "AbortError" });
  });
});

function peakOf(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

describe("without a synthesiser", () => {
  it.each([
    ["你好，很高兴见到你。", 2, 3],
    ["It is late, as I am, and the ferry does not come.", 2.5, 5],
    ["…", 0.5, 1],
    ["好".repeat(4000), 600, 600],
  ])("%s takes its time in silence", (text, least, most) => {
    expect(secondsOf(text)).toBeGreaterThanOrEqual(least);
    expect(secondsOf(text)).toBeLessThanOrEqual(most);
  });

  it("is a WAV of that length", () => {
    const bytes = silence("你好，很高兴见到你。");
    expect(bytes.length).toBe(44 + 2 * Math.round(secondsOf("你好，很高兴见到你。") * 24_000));
  });
});

describe("a synthesiser", () => {
  /** A program like the package's: what it is told becomes the file. */
  async function withSynthesiser(body: string, act: (at: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "dream-factory-speech-"));
    try {
      const path = join(folder, "synthesiser.mjs");
      await writeFile(path, `export default async ({ arguments: said }) => { ${body} };`);
      await act(pathToFileURL(path).href);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  /** As the package reads what it is told: what begins with a hyphen is an option, until two hyphens have ended them. */
  const tells = `
    const end = said.indexOf("--");
    const options = said.slice(0, end < 0 ? said.length : end);
    const words = [...(end < 0 ? [] : said.slice(end + 1))];
    const told = {};
    while (options.length > 0) {
      const option = options.shift();
      if (option.startsWith("-")) told[option] = options.shift();
      else words.push(option);
    }
    return { FS: { readFile: (path) => Buffer.from(JSON.stringify({ ...told, words, path })) } };
  `;

  it.each([
    ["你好", "girl", "cmn", "80"],
    ['-w /etc/x "$(id)" `id`\n', "old_man", "en", "25"],
    ["-f", "woman", "en", "65"],
    ["--version", "man", "en", "35"],
    ["--", "man", "en", "35"],
    ["-", "nobody", "en", "50"],
  ])(
    "is told %j as words, and the language, and how high the voice of a %s is",
    async (text, voice, language, pitch) => {
      await withSynthesiser(tells, async (at) => {
        const said = JSON.parse(String(await speak(at, { text, voice }, never)));
        expect(said).toEqual({ "-v": language, "-p": pitch, "-w": "out.wav", words: [text], path: "out.wav" });
      });
    },
  );

  it("is told all words, where a character ends them for programs", async () => {
    await withSynthesiser(tells, async (at) => {
      const said = JSON.parse(String(await speak(at, { text: "\u0000one\u0000two", voice: "man" }, never)));
      expect(said.words).toEqual([" one two"]);
    });
  });

  const installed = findSynthesiser();

  it.skipIf(installed === null)(
    "that is installed speaks words that look like options [runs where `npm install --no-save espeak-ng@1.0.2` was run]",
    async () => {
      const lengthOf = async (text: string) => (await speak(installed ?? "", { text, voice: "man" }, never)).length;
      const least = await lengthOf("…");
      for (const text of ["-f /etc/passwd", "--version", "-h", "-w /tmp/x", "- hello", "\u0000hello", "你好"]) {
        expect(await lengthOf(text)).toBeGreaterThan(least + 10_000);
      }
    },
  );

  it.each([
    ["fails", "process.exit(3);"],
    ["says nothing", "return { FS: { readFile: () => new Uint8Array(0) } };"],
    ["throws", "throw new Error('no');"],
  ])("that %s makes nothing", async (_, body) => {
    await withSynthesiser(body, async (at) => {
      await expect(speak(at, { text: "x", voice: "man" }, never)).rejects.toMatchObject({ type: "invalid_output" });
    });
  });

  it("is ended when nobody waits any more", async () => {
    await withSynthesiser("await new Promise((resolve) => setTimeout(resolve, 60000));", async (at) => {
      const caller = new AbortController();
      const speaking = speak(at, { text: "x", voice: "man" }, caller.signal);
      setTimeout(() => caller.abort(), 300);
      await expect(speaking).rejects.toMatchObject({ name: "AbortError" });
    });
  });
});
