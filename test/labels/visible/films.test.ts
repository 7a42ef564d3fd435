// The label on films: from the first picture to the last, with as many of them at the same times, and the sound as it was.
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawOnFilm, type FilmTools } from "../../../shared/labels/visible/films.ts";
import { type Inspection, inspectMedia } from "../../../shared/media/inspect.ts";
import { sidesOf } from "../../../shared/media/sides.ts";
import { createFfmpeg } from "../../../shared/providers/ffmpeg/find.ts";
import { runFfmpeg } from "../../../shared/providers/ffmpeg/run.ts";
import { boundsOf } from "./pictures.ts";

const ffmpeg = createFfmpeg(null);
const program = ffmpeg.find() ?? "";
const tools: FilmTools = { ...ffmpeg, run: runFfmpeg };
const { signal } = new AbortController();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "visible-films-"));
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: string[]): Buffer {
  return execFileSync(program, ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", ...args], {
    ...{ cwd: folder, timeout: 60_000, maxBuffer: 2 ** 28 },
  });
}

async function inspected(name: string): Promise<Inspection> {
  const { body, result } = inspectMedia(createReadStream(join(folder, name)), { expect: "video", maxBytes: 1e9 });
  for await (const _ of body);
  return result();
}

async function drawn(
  from: string,
  given: Partial<FilmTools> = {},
  text = "AI生成",
): Promise<{ name: string; before: Inspection; after: Inspection }> {
  const before = await inspected(from);
  const name = `drawn-${from}`;
  await drawOnFilm({ ...before, ...sidesOf(before), folder, from, to: name }, text, { ...tools, ...given }, signal);
  return { name, before, after: await inspected(name) };
}

/** The time of every picture, in seconds since the first one. */
function timesOf(name: string): string[] {
  const lines = run("-i", name, "-map", "0:v:0", "-vsync", "passthrough", "-f", "framemd5", "-").toString().split("\n");
  const rate = /#tb 0: (\d+)\/(\d+)/.exec(lines.join("\n"));
  const unit = Number(rate?.[1]) / Number(rate?.[2]);
  const times = lines.filter((line) => /^0,/.test(line)).map((line) => Number(line.split(",")[2]) * unit);
  return times.map((time) => (time - (times[0] ?? 0)).toFixed(2));
}

function soundOf(name: string): string {
  return run("-i", name, "-map", "0:a", "-c", "copy", "-f", "streamhash", "-").toString();
}

const picture = (size = "160x120", seconds = 1) => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=${size}:rate=24:duration=${seconds}`,
];
const sound = ["-f", "lavfi", "-i", "sine=440:duration=1"];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const films: [name: string, ...args: string[]][] = [
  ["plain.mp4", ...picture(), ...h264],
  ["sound.mp4", ...picture(), ...sound, ...h264, "-c:a", "aac", "-movflags", "+faststart"],
  ["b-frames.mp4", ...picture(), ...h264, "-preset", "medium", "-bf", "3"],
  ["ntsc.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30000/1001:duration=1", ...h264],
  ["uneven.mp4", ...picture("160x120", 2), "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr", ...h264],
  ["fragments.mp4", ...picture(), ...sound, ...h264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"],
  ["sound.mov", ...picture(), ...sound, ...h264, "-c:a", "pcm_s16le"],
  ["full.mp4", ...picture(), "-c:v", "libx264", "-pix_fmt", "yuv444p"],
  ["upright.mp4", ...picture("120x160"), ...h264],
  ["vp8.webm", ...picture(), ...sound, "-c:v", "libvpx", "-b:v", "1M", "-c:a", "libvorbis"],
  ["vp9.webm", ...picture(), "-c:v", "libvpx-vp9", "-b:v", "1M", "-deadline", "realtime", "-cpu-used", "8"],
];

describe.each(films)("%s", (name, ...args) => {
  test("keeps every picture at its time, its sides, its length and its sound", async () => {
    run(...args, name);
    const { name: after, ...found } = await drawn(name);
    const kind = ({ extension, width, height }: Inspection) => ({ extension, width, height });
    expect(kind(found.after)).toEqual(kind(found.before));
    expect(Math.abs((found.after.durationMs ?? 0) - (found.before.durationMs ?? 0))).toBeLessThanOrEqual(100);
    expect(timesOf(after)).toEqual(timesOf(name));
    if (args.includes("-c:a")) expect(soundOf(after)).toBe(soundOf(name));
  });
});

/** Of each picture, grey by grey. */
function greysOf(name: string, sides: Pick<Inspection, "width" | "height">): Buffer[] {
  const { width, height } = sidesOf(sides);
  const all = run("-i", name, "-map", "0:v:0", "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-");
  const bytes = width * height;
  return Array.from({ length: all.length / bytes }, (_, i) => all.subarray(i * bytes, (i + 1) * bytes));
}

describe("The label", () => {
  const grey = (size: string) => ["-f", "lavfi", "-i", `color=c=gray:size=${size}:rate=6:duration=3`, ...h264];

  test.each(["1280x720", "480x640"])(
    "stands on every picture of %s, its letters 5 percent of the shortest side",
    async (size) => {
      run(...grey(size), `${size}.mp4`);
      const { name, after: inspected } = await drawn(`${size}.mp4`);
      const after = sidesOf(inspected);
      const greys = greysOf(name, after);
      expect(greys).toHaveLength(18);
      const shortest = Math.min(after.width, after.height);
      for (const pixels of greys) {
        const box = boundsOf(after, (x, y) => (pixels[y * after.width + x] ?? 0) < 100);
        const ink = boundsOf(after, (x, y) => (pixels[y * after.width + x] ?? 0) > 160);
        expect(ink && Math.abs(ink.bottom - ink.top + 1 - 0.05 * shortest)).toBeLessThanOrEqual(2);
        const edge = { right: after.width - 0.02 * shortest - 1, bottom: after.height - 0.02 * shortest - 1 };
        expect(box && Math.abs(box.right - edge.right) + Math.abs(box.bottom - edge.bottom)).toBeLessThanOrEqual(5);
      }
    },
  );

  test("is upright on a film that is turned when it is shown", async () => {
    await copyFile("test/media/fixtures/rotated.mp4", join(folder, "rotated.mp4"));
    const { before, after } = await drawn("rotated.mp4", {}, "AI");
    expect([after.width, after.height]).toEqual([before.width, before.height]);
  });

  test("makes the same bytes each time", async () => {
    run(...picture(), ...h264, "same.mp4");
    const first = run("-i", (await drawn("same.mp4")).name, "-c", "copy", "-f", "md5", "-").toString();
    await rm(join(folder, "drawn-same.mp4"));
    const second = run("-i", (await drawn("same.mp4")).name, "-c", "copy", "-f", "md5", "-").toString();
    expect(second).toBe(first);
  });
});

describe("It is refused, and nothing runs any more,", () => {
  test("where there is no ffmpeg: with what to do", async () => {
    run(...picture(), ...h264, "none.mp4");
    await expect(drawn("none.mp4", { find: () => null, advice: "Install it." })).rejects.toThrow("Install it.");
  });

  test("when the program fails", async () => {
    run(...picture(), ...h264, "fails.mp4");
    const run2: FilmTools["run"] = (path, args, how) => runFfmpeg(path, [...args.slice(0, -1), "-nothing", "x"], how);
    await expect(drawn("fails.mp4", { run: run2 })).rejects.toThrow(/ffmpeg ended with [1-9]/);
  });

  test("on a film that is smaller than the label", async () => {
    run(...picture("32x32"), ...h264, "tiny.mp4");
    await expect(drawn("tiny.mp4")).rejects.toThrow("smaller than the label");
  });

  test("when pictures are lost on the way", async () => {
    run(...picture(), ...h264, "lost.mp4");
    const shorter: FilmTools["run"] = (path, args, how) =>
      runFfmpeg(path, args.includes("-vf") ? [...args.slice(0, -1), "-frames:v", "10", args.at(-1) ?? ""] : args, how);
    await expect(drawn("lost.mp4", { run: shorter })).rejects.toThrow("of 24 pictures 10 were drawn on and 10 written");
  });

  test("when nobody waits for it any more", async () => {
    run(...picture(), ...h264, "stopped.mp4");
    const before = await inspected("stopped.mp4");
    const stop = new AbortController();
    const stopping: FilmTools["run"] = (path, args, how) => {
      if (args.includes("-vf")) stop.abort(new Error("enough"));
      return runFfmpeg(path, args, how);
    };
    const film = { ...before, ...sidesOf(before), folder, from: "stopped.mp4", to: "stopped-drawn.mp4" };
    await expect(drawOnFilm(film, "AI", { ...tools, run: stopping }, stop.signal)).rejects.toThrow("enough");
    expect(await readdir(folder)).not.toContain("stopped-drawn.mp4");
  });
});
