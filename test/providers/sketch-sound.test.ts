// What is heard of `sketch`: music by mood, and speech where somebody has installed a synthesiser.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { moods } from "../../shared/ports/wishes.ts";
import { openMusic, RATE } from "../../shared/providers/sketch/sound/music.ts";
import { findSynthesiser, secondsOf, silence, speak } from "../../shared/providers/sketch/sound/speech.ts";
import { addTone, type Sound, type Tone } from "../../shared/providers/sketch/sound/tone.ts";

const never = new AbortController().signal;
const piece = { prompt: "a ferry", seed: 3, index: 0, mood: "calm", durationSec: 12 } as const;

describe("music", () => {
  it.each(moods)(
    "of the mood %s is as long as asked, begins and ends in silence, and is as loud as others",
    async (mood) => {
      const [left, right] = await heard({ mood });
      for (const samples of [left, right]) {
        expect(samples.length).toBe(12 * RATE);
        expect([Math.abs(samples[0] ?? 1), Math.abs(samples.at(-1) ?? 1)]).toEqual([0, 0]);
        expect(peakOf(samples)).toBeLessThan(0.5 + 1 / 32_767);
      }
      const loudest = Math.max(peakOf(left), peakOf(right));
      expect(loudest).toBeGreaterThan(0.4);
      for (let at = 2 * RATE; at < 10 * RATE; at += RATE)
        expect(peakOf(left.subarray(at, at + RATE))).toBeGreaterThan(0.02);
    },
  );

  it.each(moods)("of the mood %s has no click: no step between samples is greater than a tone's", async (mood) => {
    const [left] = await heard({ mood });
    expect(
      left.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (left[i - 1] ?? sample))), 0),
    ).toBeLessThan(0.1);
  });

  it("is the same for the same words and seed, and another for others", async () => {
    const bytesOf = async (change: object) => (await wholeOf({ durationSec: 2, ...change })).toString("base64");
    expect(await bytesOf({})).toBe(await bytesOf({}));
    const changes = [{}, { seed: 4 }, { index: 1 }, { mood: "sad" }, { prompt: "x" }];
    expect(new Set(await Promise.all(changes.map(bytesOf))).size).toBe(5);
  });

  it.each([1, 3])("may be as short as %i s", async (durationSec) => {
    const [left] = await heard({ durationSec });
    expect(left.length).toBe(durationSec * RATE);
    expect(peakOf(left)).toBeGreaterThan(0.1);
  });

  it("is left off when nobody waits any more, also between its pieces", async () => {
    const caller = new AbortController();
    const made = openMusic({ ...piece, durationSec: 60 }, caller.signal);
    caller.abort();
    await expect(made).rejects.toMatchObject({ name: "AbortError" });
    const listener = new AbortController();
    const pieces = await openMusic({ ...piece, durationSec: 60 }, listener.signal);
    await expect(
      (async () => {
        for await (const _ of pieces) listener.abort();
      })(),
    ).rejects.toMatchObject({ name: "AbortError" });
  });

  it("lets others have their turn after each tone, while it is looked through and while it is handed out", async () => {
    let turns = 0;
    const ended = new AbortController();
    const others = (async () => {
      for (; !ended.signal.aborted; turns++) await setImmediate();
    })();
    const pieces = await openMusic({ ...piece, durationSec: 60 }, never);
    const tones = turns;
    // 16 bars of 7 tones at least, and of 15 at most.
    expect(tones).toBeGreaterThan(16 * 9);
    for await (const bytes of pieces) expect(bytes.length).toBeLessThanOrEqual(64 * 1024);
    expect(turns).toBeGreaterThan(2 * tones - 20);
    ended.abort();
    await others;
  });

  it("never lies in the memory as a whole", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const pieces = await openMusic({ ...piece, durationSec: 120 }, never);
    const bytes = 44 + 4 * 120 * RATE;
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(bytes / 4);
    let count = 0;
    for await (const { length } of pieces) count += length;
    expect(count).toBe(bytes);
  });
});

async function wholeOf(change: object): Promise<Buffer> {
  return await buffer(await openMusic({ ...piece, ...change }, never));
}

/** Both channels of the WAV, from -1 to 1. */
async function heard(change: object): Promise<[Float32Array, Float32Array]> {
  const bytes = await wholeOf(change);
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  const samples = (at: number) =>
    Float32Array.from({ length: (bytes.length - 44) / 4 }, (_, i) => bytes.readInt16LE(44 + 4 * i + at) / 32_767);
  return [samples(0), samples(2)];
}

function peakOf(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

describe("a tone", () => {
  it("is the sum of its partials, to its end", () => {
    const tone = { frequency: 441, side: 0.25, level: 0.5, partials: [1, 0.4, 0.2, 0.1, 0.05] } satisfies Tone;
    const length = 6 * RATE;
    const sound: Sound = [new Float32Array(length + 10), new Float32Array(length + 10)];
    addTone(sound, { start: 10, length }, tone, { attack: 480, release: 960, lastsFor: RATE });
    let worst = 0;
    for (let at = 0; at < length; at++) {
      const angle = (2 * Math.PI * 441 * at) / RATE;
      const sum = tone.partials.reduce((all, strength, k) => all + strength * Math.sin((k + 1) * angle), 0);
      const loud = Math.min(1, at / 480, (length - at) / 960) * Math.exp(-at / RATE);
      const [left = 0, right = 0] = [sound[0][10 + at], sound[1][10 + at]];
      worst = Math.max(worst, Math.abs(left - 0.375 * sum * loud), Math.abs(right - 0.125 * sum * loud));
    }
    expect(worst).toBeLessThan(1e-6);
    expect(Array.from(sound[0].subarray(0, 10), Math.abs)).toEqual(Array.from({ length: 10 }, () => 0));
  });
});

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

  it.each(["你好，很高兴见到你。", "好".repeat(2000)])("%s is a WAV of that length, in small pieces", async (text) => {
    const pieces: Uint8Array[] = [];
    for await (const bytes of silence(text)) pieces.push(bytes);
    const whole = Buffer.concat(pieces);
    expect(whole.length).toBe(44 + 2 * Math.round(secondsOf(text) * 24_000));
    expect(whole.readUInt32LE(40)).toBe(whole.length - 44);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
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
