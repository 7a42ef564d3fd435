// Videos of `sketch`: what kind of file they are, and how they look from frame to frame.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inspectMedia } from "../../shared/media/inspect.ts";
import type { ProviderRequest } from "../../shared/ports/provider.ts";
import { anyProgram, drawVideo, framesOf, programs, scriptedFfmpeg, smallVideo } from "./videos.ts";
import { runWithoutFonts } from "./without-fonts.ts";

const frameSize = { width: 854, height: 480 };

describe.each(Object.entries(programs))("with the ffmpeg of the %s", (origin, program) => {
  beforeEach(({ skip }) => skip(program === null, `there is no ffmpeg of the ${origin} here`));
  const draw = (request: ProviderRequest) => drawVideo(request, { ffmpegPath: program });

  it("a video without wishes is a whole MP4 of 1280x720 and 120 frames in 5 s", async () => {
    const { durationSec: _, resolution: __, ...request } = smallVideo;
    const mp4 = await draw(request);
    expect(await factsOf(mp4)).toMatchObject({ extension: "mp4", width: 1280, height: 720, durationMs: 5000 });
    expect(await framesOf(mp4, { width: 16, height: 16 })).toHaveLength(120);
  });

  it("its index comes first, it is H.264 for every player, and it bears no time of its making", async () => {
    const mp4 = await draw(smallVideo);
    expect(topBoxes(mp4)).toEqual(["ftyp", "moov", "free", "mdat"]);
    const configuration = mp4.indexOf("avcC") + 4;
    // AVCDecoderConfigurationRecord: version 1, profile High.
    expect([...mp4.subarray(configuration, configuration + 2)]).toEqual([1, 100]);
    const header = mp4.indexOf("mvhd") + 4;
    // Version and flags, creation, modification.
    expect([...mp4.subarray(header, header + 12)]).toEqual(Array(12).fill(0));
  });

  it("no frame is like the one before", async () => {
    const frames = await framesOf(await draw({ ...smallVideo, durationSec: 2 }), { width: 427, height: 240 });
    expect(frames).toHaveLength(48);
    expect(changes(frames).filter((changed) => changed < 200)).toEqual([]);
  });

  it("the same prompt and seed give the same bytes", async () => {
    expect((await draw(smallVideo)).equals(await draw(smallVideo))).toBe(true);
  });
});

describe("a video", () => {
  let mp4: Buffer;
  let frames: Buffer[];
  beforeAll(async () => {
    mp4 = await drawVideo(smallVideo);
    frames = await framesOf(mp4, frameSize);
  });

  it.each([
    ["480p", "9:16", 480, 854],
    ["720p", "21:9", 1680, 720],
    ["1080p", "4:3", 1440, 1080],
  ])("of %s and %s is %ix%i", async (resolution, ratio, width, height) => {
    const facts = await factsOf(await drawVideo({ ...smallVideo, resolution, ratio }));
    expect(facts).toMatchObject({ width, height, durationMs: 1000 });
  });

  it("looks different with another prompt, seed or index", async () => {
    const videos = [
      mp4,
      await drawVideo({ ...smallVideo, prompt: "a lantern on a lake" }),
      await drawVideo({ ...smallVideo, seed: 8 }),
      await drawVideo({ ...smallVideo, n: 2 }, { index: 1 }),
    ];
    const small = await Promise.all(videos.map((video) => framesOf(video, { width: 160, height: 90 })));
    const skies = small.map(([first]) => first?.subarray(0, 160 * 10));
    for (const [i, one] of skies.entries()) {
      for (const other of skies.slice(i + 1)) expect(difference(one, other)).toBeGreaterThan(2);
    }
  });

  it("keeps the sky where it is while hills pass by", () => {
    expect(Math.max(...changes(rowsOf(frames, 0, 60)))).toBeLessThan(80);
    expect(Math.min(...changes(rowsOf(frames, 300, 440)))).toBeGreaterThan(600);
  });

  it("shows the prompt in white, the same in every frame", async () => {
    const words = whitesOf(frames);
    const none = whitesOf(await framesOf(await drawVideo({ ...smallVideo, prompt: "\u200B" }), frameSize));
    expect(Math.max(...none)).toBeLessThan(0.1 * Math.min(...words));
    expect(Math.max(...words) - Math.min(...words)).toBeLessThan(0.05 * Math.max(...words));
  });

  it("shows the prompt on a machine without fonts too", async () => {
    const module = new URL("../../shared/providers/sketch/provider.ts", import.meta.url).href;
    const bytes = await runWithoutFonts(`
      const { createSketchProvider } = await import(${JSON.stringify(module)});
      const provider = createSketchProvider({ ffmpegPath: ${JSON.stringify(anyProgram())} });
      const source = { kind: "stream", data: { index: 0, seed: 7 } };
      const context = { reference: "job-1", signal: new AbortController().signal };
      const chunks = await Array.fromAsync(await provider.open(source, ${JSON.stringify(smallVideo)}, context));
      console.log(JSON.stringify(Buffer.concat(chunks).toString("base64")));
    `);
    const [drawn = 0] = whitesOf(await framesOf(Buffer.from(String(bytes), "base64"), frameSize));
    const [expected = 0] = whitesOf(frames);
    expect(Math.abs(drawn - expected)).toBeLessThan(0.05 * expected);
  });

  it("shows how much of it has passed: a bar from edge to edge, and the seconds", async () => {
    const long = await framesOf(await drawVideo({ ...smallVideo, durationSec: 3 }), frameSize);
    const bars = rowsOf(long, 478, 479).map((row) => row.filter((luma) => luma > 180).length);
    for (const [i, length] of bars.entries()) expect(Math.abs(length - ((i + 1) * 854) / 72)).toBeLessThan(8);
    const clocks = long.map(clockOf);
    const ticks = clocks.flatMap((clock, i) => (i > 0 && difference(clock, clocks[i - 1]) > 1.5 ? [i] : []));
    expect(ticks).toEqual([24, 48]);
  });

  it("takes any prompt, and gives ffmpeg nothing of it", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "recorder-"));
    try {
      const line = 'printf "%s\\n" "$@" >> "$0.arguments"';
      const ffmpegPath = await scriptedFfmpeg(folder, line, `exec ${anyProgram()} "$@"`);
      const hostile =
        "',drawtext=text=marker, [0:v]marker;[1:v]null[video] -i /etc/passwd $(marker) %d\n-vf\nmarker\u0000";
      for (const prompt of [hostile, "marker".repeat(600)]) await drawVideo({ ...smallVideo, prompt }, { ffmpegPath });
      const given = await readFile(`${ffmpegPath}.arguments`, "utf8");
      expect(given.match(/^video\.mp4$/gm)).toHaveLength(2);
      expect(given).not.toMatch(/marker|passwd|drawtext/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function factsOf(mp4: Buffer) {
  const inspected = inspectMedia(chunks(mp4), { expect: "video", maxBytes: mp4.length });
  for await (const _ of inspected.body);
  return inspected.result();
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
}

function topBoxes(mp4: Buffer): string[] {
  const names = [];
  for (let at = 0; at < mp4.length; at += mp4.readUInt32BE(at)) names.push(mp4.toString("latin1", at + 4, at + 8));
  return names;
}

/** For each frame after the first, how many pixels are clearly not as they were. */
function changes(frames: Uint8Array[]): number[] {
  return frames.slice(1).map((frame, i) => {
    const before = frames[i] ?? new Uint8Array();
    return frame.filter((luma, at) => Math.abs(luma - (before[at] ?? 0)) > 4).length;
  });
}

/** Mean difference of two brightnesses. */
function difference(one: Uint8Array | undefined, other: Uint8Array | undefined): number {
  if (!one || !other || one.length !== other.length) throw new Error("nothing to compare");
  return one.reduce((sum, luma, i) => sum + Math.abs(luma - (other[i] ?? 0)), 0) / one.length;
}

function rowsOf(frames: Buffer[], from: number, to: number): Buffer[] {
  return frames.map((frame) => frame.subarray(from * frameSize.width, to * frameSize.width));
}

/** White pixels in each frame, above the caption. */
function whitesOf(frames: Buffer[]): number[] {
  return rowsOf(frames, 0, 430).map((rows) => rows.filter((luma) => luma > 220).length);
}

/** The lower right corner, where the time stands. */
function clockOf(frame: Buffer): Buffer {
  const rows = Array.from({ length: 14 }, (_, i) => rowsOf([frame], 442 + i, 443 + i)[0] ?? Buffer.alloc(0));
  return Buffer.concat(rows.map((row) => row.subarray(754, 830)));
}
