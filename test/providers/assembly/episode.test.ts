// An episode: every frame of its cuts and no other one, sound that ends with the picture and is as loud as it should be, music that gives way.
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectMedia } from "../../../shared/media/inspect.ts";
import type { Cut, Episode, TimedLine } from "../../../shared/ports/assembly.ts";
import { anyProgram, programs } from "../videos.ts";
import { FRAME_SAMPLES, level, line, type Made, mean, size, Workshop } from "./workshop.ts";

let shop: Workshop;
let cuts: Made[];
let music: Made;
/** In the film: two lines of the first cut, which is 4 s long, and one of the second, which is 5 s long. */
const lines: TimedLine[] = [line(500, 1500), line(2000, 3000), line(8000, 9000, "“谁？”")];

beforeAll(async () => {
  shop = await Workshop.open();
  const tone = await shop.tone("tone.wav", 1, { hertz: 1000 });
  const of = (shots: Cut["shots"], said: [number, number][]): Cut => ({
    ...{ make: "cut", size, fit: "cover", isSubtitled: false, shots },
    lines: said.map(([from, to]) => ({ ...line(from, to), sound: 1 })),
  });
  const still = (durationMs: number) => ({ picture: 0, durationMs, motion: "still" as const });
  const specs: [string, string, Cut][] = [
    [
      "first",
      "#303030",
      of(
        [still(2000), still(2000)],
        [
          [500, 1500],
          [2000, 3000],
        ],
      ),
    ],
    ["second", "#909090", of([still(5000)], [[4000, 5000]])],
    ["third", "#505050", of([still(958)], [])],
  ];
  cuts = [];
  for (const [name, colour, cut] of specs) {
    const made = await shop.assemble(`${name}.mov`, cut, [await shop.still(`${name}.png`, colour), tone]);
    const durationMs = cut.shots.reduce((sum, shot) => sum + shot.durationMs, 0);
    cuts.push({ ...made, file: { ...made.file, ...size, durationMs } });
  }
  // Seven seconds: less than the film.
  music = await shop.clip("music.mp3", "-f", "lavfi", "-i", "sine=220:r=44100:d=7", "-b:a", "96k");
});
afterAll(() => shop[Symbol.asyncDispose]());

function episodeOf(given: Partial<Episode> = {}): Episode {
  return { make: "episode", cuts: [0, 1, 2], music: 3, lines, subtitles: "none", language: "zh", ...given };
}

/** 4 s, 5 s and 958 ms: 96, 120 and 23 frames. */
const FRAMES = 239;

describe.each(Object.entries(programs))("with the ffmpeg of %s, an episode", (_, program) => {
  it("has the frames of its cuts, ends its sound with them, is at −16 LUFS, and its words are where they were", async ({
    skip,
  }) => {
    if (program === null) return skip("there is none here");
    shop.program = program;
    const made = await shop.assemble("episode.mp4", episodeOf(), [...cuts, music]);
    const [frames, samples] = [await shop.frames(made), await shop.samples(made)];
    expect(frames).toHaveLength(FRAMES);
    // Decoders give the rest of the last AAC packet as well: less than 22 ms.
    expect(Math.abs(samples.length - FRAMES * FRAME_SAMPLES)).toBeLessThanOrEqual(1024);
    // Each cut begins on its frame, with nothing black or of its neighbour between.
    const greys = frames.map(mean);
    const kinds = greys.map((grey) => Math.round(grey / 20));
    expect([kinds.indexOf(kinds[100] ?? 0), kinds.lastIndexOf(kinds[100] ?? 0)]).toEqual([96, 215]);
    expect(Math.min(...greys)).toBeGreaterThan(40);
    expect(Math.abs((await shop.loudness(made)) + 16)).toBeLessThan(1);
    // Music alone, speech over it, music alone.
    const [before, spoken, between] = [level(samples, 5, 7), level(samples, 2.2, 2.9), level(samples, 6, 7.5)];
    expect(spoken).toBeGreaterThan(1.5 * before);
    expect(between).toBeGreaterThan(0.02);
    // The picture, the sound and what players are told of both.
    const { body, result } = inspectMedia(createReadStream(made.path), { expect: "video", maxBytes: 1e9 });
    for await (const _ of body);
    expect(result()).toMatchObject({ extension: "mp4", ...size, durationMs: Math.round((FRAMES * 1000) / 24) });
  });
});

describe("music", () => {
  it("falls before the first word and rises behind the last one, without a step", async () => {
    const quiet = cuts.map(({ path, file }) => ({ path, file }));
    // Nobody is heard in the third cut: what is heard of it is the music alone.
    const silent = { ...quiet[2], file: { ...quiet[2]?.file } } as Made;
    const film = Array.from({ length: 8 }, () => silent);
    const made = await shop.assemble(
      "bed.mp4",
      episodeOf({ cuts: film.map((_, i) => i), music: 8, lines: [line(3000, 4500)] }),
      [...film, music],
    );
    const samples = await shop.samples(made);
    const [free, ducked] = [level(samples, 1.5, 2.5), level(samples, 3.1, 4.4)];
    expect(ducked / free).toBeGreaterThan(0.2);
    expect(ducked / free).toBeLessThan(0.32);
    expect(level(samples, 2.95, 3.0) / free).toBeLessThan(0.5);
    const steps = Array.from({ length: 48_000 * 3 }, (_, i) =>
      Math.abs((samples[96_000 + i + 1] ?? 0) - (samples[96_000 + i] ?? 0)),
    );
    // A tone of 220 Hz at this level never changes by more in a 48,000th of a second.
    expect(Math.max(...steps.slice(0, 70_000))).toBeLessThan(0.05 * free * 2);
  });

  it("that is shorter than the film goes on without a click where it begins again", async () => {
    const made = await shop.assemble(
      "looped.mp4",
      episodeOf({ lines: [], cuts: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2] }),
      [...cuts, music],
    );
    const samples = await shop.samples(made);
    const levels = Array.from({ length: 18 }, (_, i) => level(samples, 0.8 + i / 2, 1.3 + i / 2));
    // It never stops, and is never twice as loud as elsewhere.
    expect(Math.min(...levels)).toBeGreaterThan(0.4 * Math.max(...levels));
    let largest = 0;
    for (let i = 48_000; i < 9 * 48_000; i++)
      largest = Math.max(largest, Math.abs((samples[i + 1] ?? 0) - (samples[i] ?? 0)));
    expect(largest).toBeLessThan(0.06);
  });

  it("is not needed, nor is anybody heard: a silent film has a silent track of its length, and is not made loud", async () => {
    const made = await shop.assemble("silent.mp4", episodeOf({ music: null, lines: [], cuts: [2, 2] }), cuts);
    const samples = await shop.samples(made);
    expect(Math.abs(samples.length - 46 * FRAME_SAMPLES)).toBeLessThanOrEqual(1024);
    expect(level(samples, 0, 1.9)).toBeLessThan(0.0001);
  });
});

it("soft subtitles are a track of their own, in their language, at their times", async () => {
  const made = await shop.assemble("soft.mp4", episodeOf({ subtitles: "soft" }), [...cuts, music]);
  const vtt = execFileSync(anyProgram(), ["-v", "error", "-i", made.path, "-map", "0:s:0", "-f", "webvtt", "-"], {
    encoding: "utf8",
  });
  expect(vtt.trim().split(/\n\n+/)).toHaveLength(1 + 3);
  expect(vtt).toContain("00:00.500 --> 00:01.500\n城里的灯都亮了。");
  expect(vtt).toContain("00:08.000 --> 00:09.000\n“谁？”");
  expect((await shop.frames(made)).length).toBe(FRAMES);
});

it("a cut that is not as long as its record says is no episode", async () => {
  const [first, ...others] = cuts;
  const longer = { ...first, file: { ...first?.file, durationMs: 5000 } } as Made;
  await expect(shop.assemble("wrong.mp4", episodeOf({ music: null }), [longer, ...others])).rejects.toMatchObject({
    type: "invalid_output",
    cause: { message: expect.stringMatching(/^263 frames were joined to 239/) },
  });
});
