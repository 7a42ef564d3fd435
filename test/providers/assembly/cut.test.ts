// A scene: whatever its shots are made from, exactly the frames and samples that were planned, with speech and words where they belong.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cut, CutLine } from "../../../shared/ports/assembly.ts";
import { programs } from "../videos.ts";
import { FRAME_SAMPLES, level, line, type Made, mean, size, Workshop } from "./workshop.ts";

let shop: Workshop;
let blue: Made;
let tone: Made;
beforeAll(async () => {
  shop = await Workshop.open();
  [blue, tone] = [await shop.still("blue.png", "#103060"), await shop.tone("tone.wav", 1)];
});
afterAll(() => shop[Symbol.asyncDispose]());

const shot = (picture: number, durationMs: number) => ({ picture, durationMs, motion: "still" as const });
const said = (fromMs: number, toMs: number, sound: number | null = null, text = "她走了。"): CutLine => ({
  ...line(fromMs, toMs, text),
  sound,
});

function cutOf(given: Partial<Cut>): Cut {
  return { make: "cut", size, fit: "cover", shots: [shot(0, 1000)], lines: [], isSubtitled: false, ...given };
}

async function countsOf(made: Made) {
  return [(await shop.frames(made)).length, (await shop.samples(made)).length];
}

describe.each(Object.entries(programs))("with the ffmpeg of %s", (_, program) => {
  it("clips of unlike rates, sizes, shapes, pixels and sounds become shots of one form, each of its length", async ({
    skip,
  }) => {
    if (program === null) return skip("there is none here");
    shop.program = program;
    const sources: [string, string[]][] = [
      [
        "30fps.mp4",
        [
          "-f",
          "lavfi",
          "-i",
          "testsrc2=s=320x180:r=30:d=0.7",
          "-f",
          "lavfi",
          "-i",
          "sine=300:d=2",
          "-pix_fmt",
          "yuv420p",
        ],
      ],
      ["film.mp4", ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=24000/1001:d=1", "-pix_fmt", "yuv444p"]],
      ["tall.mp4", ["-f", "lavfi", "-i", "testsrc2=s=90x160:r=16:d=0.5", "-pix_fmt", "yuv420p"]],
      ["wide-pixels.mp4", ["-f", "lavfi", "-i", "testsrc2=s=180x180:r=25:d=1,setsar=16/9", "-pix_fmt", "yuv420p"]],
      ["small.webm", ["-f", "lavfi", "-i", "testsrc2=s=128x96:r=10:d=1", "-c:v", "libvpx", "-b:v", "200k"]],
    ];
    const clips = await Promise.all(sources.map(([name, args]) => shop.clip(name, ...args)));
    const shots = [...clips.map((_, i) => shot(i, 700)), { ...shot(5, 700), motion: "left" as const }];
    const made = await shop.assemble("unlike.mov", cutOf({ shots, fit: "contain" }), [...clips, blue]);
    // 4200 ms are 100.8 frames.
    expect(await countsOf(made)).toEqual([101, 101 * FRAME_SAMPLES]);
    const frames = await shop.frames(made);
    expect(Math.min(...frames.map(mean))).toBeGreaterThan(24);
    // The clip of half a second holds its last frame, and the next shot begins where it was planned: at 2.1 s.
    const [held = new Uint8Array(), next = new Uint8Array()] = [frames[49], frames[50]];
    expect(mean(held.map((pixel, i) => Math.abs(pixel - (frames[48]?.[i] ?? 0))))).toBeLessThan(1);
    expect(mean(held.map((pixel, i) => Math.abs(pixel - (next[i] ?? 0))))).toBeGreaterThan(10);
  });
});

describe("what is said", () => {
  it("is heard from the frame on that was planned, whatever its rate and coding, and silence is between", async () => {
    const mp3 = await shop.clip("tone.mp3", "-f", "lavfi", "-i", "sine=500:r=44100:d=0.5", "-ac", "2", "-b:a", "64k");
    const lines = [said(500, 1500, 1), said(2000, 2500, 2), said(2600, 2900)];
    const made = await shop.assemble("said.mov", cutOf({ shots: [shot(0, 2000), shot(0, 1500)], lines }), [
      blue,
      tone,
      mp3,
    ]);
    const samples = await shop.samples(made);
    expect(samples).toHaveLength(84 * FRAME_SAMPLES);
    expect(level(samples, 0, 0.495)).toBeLessThan(0.001);
    expect(level(samples, 0.51, 1.49)).toBeGreaterThan(0.1);
    expect(level(samples, 1.52, 1.99)).toBeLessThan(0.001);
    expect(level(samples, 2.1, 2.4)).toBeGreaterThan(0.02);
    expect(level(samples, 2.7, 3.5)).toBeLessThan(0.001);
    // To the sample: the first one that is not silence.
    expect(Math.abs(samples.findIndex((sample) => Math.abs(sample) > 0.01) - 24_000)).toBeLessThan(48);
  });

  it("that is longer than the scene ends with it", async () => {
    const made = await shop.assemble("long.mov", cutOf({ lines: [said(800, 1000, 1)] }), [blue, tone]);
    expect(await countsOf(made)).toEqual([24, 24 * FRAME_SAMPLES]);
  });

  it("nothing: then there is silence, so that every scene can be joined", async () => {
    const made = await shop.assemble("silent.mov", cutOf({}), [blue]);
    expect(level(await shop.samples(made), 0, 1)).toBe(0);
  });
});

describe("words in the picture", () => {
  const text = "城里的灯都亮了，可是她还没有回来，我在桥上等了整整一夜。";
  /** Where a frame has letters: it is brighter by far than the one without. */
  const letters = (frame: Buffer, bare: Buffer) => frame.map((pixel, at) => (pixel - (bare[at] ?? 0) > 60 ? 1 : 0));

  it.each([
    ["16:9", { width: 320, height: 180 }],
    ["9:16", { width: 180, height: 320 }],
    ["1:1", { width: 180, height: 180 }],
  ])(
    "of %s: on at most two lines near the bottom, only while they are said, and never at its edge",
    async (_, shape) => {
      const dark = await shop.still("dark.png", "#101010");
      const lines = [said(500, 3000, null, text)];
      const made = await shop.assemble(
        "words.mov",
        cutOf({ size: shape, shots: [shot(0, 1500), shot(0, 2000)], lines, isSubtitled: true }),
        [dark],
      );
      const plain = await shop.assemble(
        "plain.mov",
        cutOf({ size: shape, shots: [shot(0, 1500), shot(0, 2000)], lines }),
        [dark],
      );
      const bare = await shop.frames(plain, shape);
      const shown = (await shop.frames(made, shape)).map((frame, i) => letters(frame, bare[i] ?? frame));
      const seen = shown.map((frame) => frame.includes(1));
      // From frame 12 to 71, over the cut at frame 36.
      expect([seen.indexOf(true), seen.lastIndexOf(true), seen.filter(Boolean).length]).toEqual([12, 71, 60]);
      const { width, height } = shape;
      for (const frame of [shown[20], shown[60]]) {
        const rows = Array.from({ length: height }, (_, y) => y).filter((y) =>
          frame?.subarray(y * width, (y + 1) * width).includes(1),
        );
        expect(rows[0]).toBeGreaterThan(0.55 * height);
        expect(rows.at(-1)).toBeLessThan(0.96 * height);
        const columns = Array.from({ length: width }, (_, x) => x).filter((x) =>
          rows.some((y) => frame?.[y * width + x]),
        );
        expect([(columns[0] ?? 0) > 0.02 * width, (columns.at(-1) ?? width) < 0.98 * width]).toEqual([true, true]);
        // Lines of letters, with a gap of some rows between two.
        expect(rows.filter((y, i) => i > 0 && y - (rows[i - 1] ?? 0) > 2).length).toBeLessThanOrEqual(1);
      }
    },
  );

  it("are read on white as well", async () => {
    const bright = await shop.still("bright.png", "#ffffff");
    const made = await shop.assemble(
      "bright.mov",
      cutOf({ lines: [said(0, 1000, null, "她走了。")], isSubtitled: true }),
      [bright],
    );
    const [frame] = await shop.frames(made, size);
    expect(Math.min(...(frame ?? []))).toBeLessThan(60);
  });
});

it("a still moves evenly: every frame is another one, and none leaps", async () => {
  const photo = await shop.clip("photo.png", "-f", "lavfi", "-i", "testsrc2=s=640x360:d=1", "-frames:v", "1");
  const picture = { ...photo, file: { ...photo.file, width: 640, height: 360 } };
  for (const motion of ["in", "out", "left", "right"] as const) {
    const made = await shop.assemble(
      `${motion}.mp4`,
      { make: "pan", picture: 0, size, durationMs: 2000, motion, fit: "cover" },
      [picture],
    );
    const frames = await shop.frames(made, size);
    const steps = frames
      .slice(1)
      .map((frame, i) => mean(frame.map((pixel, at) => Math.abs(pixel - (frames[i]?.[at] ?? 0)))));
    expect(frames).toHaveLength(48);
    const middle = steps.toSorted((a, b) => a - b)[24] ?? 0;
    expect([motion, Math.min(...steps) > 0.05, Math.max(...steps) < 6 * middle + 1]).toEqual([motion, true, true]);
  }
});

it("shots of one picture are made side by side, each with its own movement, and progress never falls", async () => {
  const told: number[] = [];
  const shots = (["in", "still", "out", "left", "still"] as const).map((motion) => ({ ...shot(0, 500), motion }));
  const progress = (percent: number) => told.push(percent);
  const made = await shop.assemble("beside.mov", cutOf({ shots }), [blue], { progress });
  const frames = await shop.frames(made, { width: 160, height: 90 });
  expect(frames).toHaveLength(60);
  const moved = (a: number, b: number) =>
    mean((frames[a] ?? new Uint8Array()).map((pixel, i) => Math.abs(pixel - (frames[b]?.[i] ?? 0))));
  expect(moved(12, 23)).toBeLessThan(0.1);
  expect(moved(48, 59)).toBeLessThan(0.1);
  for (const first of [0, 24, 36]) expect(moved(first, first + 11)).toBeGreaterThan(0.3);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(92);
});

it("the same inputs give the same bytes", async () => {
  const asked = cutOf({
    shots: [shot(0, 500), { ...shot(0, 500), motion: "in" }],
    lines: [said(0, 500, 1)],
    isSubtitled: true,
  });
  const [one, other] = [
    await shop.assemble("one.mov", asked, [blue, tone]),
    await shop.assemble("other.mov", asked, [blue, tone]),
  ];
  const { readFile } = await import("node:fs/promises");
  expect((await readFile(one.path)).equals(await readFile(other.path))).toBe(true);
});
