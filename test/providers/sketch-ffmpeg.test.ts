// Finding ffmpeg: FFMPEG_PATH, the PATH, the npm package, or an answer that says what to do.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { anyProgram, callContext, firstSource, programs, script, scriptedFfmpeg, smallVideo } from "./videos.ts";

let folder: string;
/** As in a process of its own: one that was found is not looked for again. */
let createFfmpeg: typeof import("../../shared/providers/ffmpeg/find.ts").createFfmpeg;
beforeEach(async () => {
  vi.resetModules();
  ({ createFfmpeg } = await import("../../shared/providers/ffmpeg/find.ts"));
  folder = await mkdtemp(path.join(tmpdir(), "finding-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe("FFMPEG_PATH", () => {
  it("is what is used, whatever else there is", async () => {
    vi.stubEnv("PATH", path.dirname(anyProgram()));
    const program = await scriptedFfmpeg(folder);
    expect(createFfmpeg(program).find()).toBe(program);
  });

  it("is run once, however many ask for it", async () => {
    const program = await scriptedFfmpeg(folder);
    expect(createFfmpeg(program).find()).toBe(program);
    await rm(program);
    expect(createFfmpeg(program).find()).toBe(program);
  });

  const useless: Record<string, () => Promise<string>> = {
    "a file that is not there": async () => path.join(folder, "none"),
    "a folder": async () => folder,
    "a file that is no program": async () => {
      await writeFile(path.join(folder, "ffmpeg"), "text", { mode: 0o755 });
      return path.join(folder, "ffmpeg");
    },
    "a program that is no ffmpeg": async () => script(path.join(folder, "other"), 'echo "other 1.0"'),
    "an ffmpeg without libx264": async () =>
      script(path.join(folder, "poor"), `echo "Codec 'libx264' is not recognized by FFmpeg." >&2`),
  };

  it.each(Object.entries(useless))("that names %s: videos are refused, and pictures are not", async (_, make) => {
    const provider = createSketchProvider({ ffmpegPath: await make() });
    expect(provider.validate(smallVideo)).toEqual([
      { path: "model", message: expect.stringMatching(/ffmpeg.*FFMPEG_PATH/) },
    ]);
    const picture = { type: "image", operation: "generate", model: "sketch", prompt: "x", n: 1 } as const;
    expect(provider.validate(picture)).toEqual([]);
  });

  it("that can be used later is found then", async () => {
    const ffmpeg = createFfmpeg(path.join(folder, "ffmpeg"));
    expect(ffmpeg.find()).toBeNull();
    await scriptedFfmpeg(folder);
    expect(ffmpeg.find()).toBe(path.join(folder, "ffmpeg"));
  });
});

describe("without FFMPEG_PATH", () => {
  it("the one on the PATH is used", async () => {
    vi.stubEnv("PATH", folder);
    await scriptedFfmpeg(folder);
    expect(createFfmpeg(null).find()).toBe("ffmpeg");
  });

  it("the npm package's is used when there is none on the PATH", ({ skip }) => {
    skip(programs.npm === null, "the npm package has no binary for this machine");
    vi.stubEnv("PATH", folder);
    expect(createFfmpeg(null).find()).toBe(programs.npm);
  });

  it("the npm package's is used when the one on the PATH has no libx264", async ({ skip }) => {
    skip(programs.npm === null, "the npm package has no binary for this machine");
    vi.stubEnv("PATH", folder);
    await script(path.join(folder, "ffmpeg"), "exit 1");
    expect(createFfmpeg(null).find()).toBe(programs.npm);
  });

  it("nothing anywhere is said together with what else is wrong, and with what to install", async () => {
    const module = new URL("../../shared/providers/sketch/provider.ts", import.meta.url).href;
    const program = `
      import { registerHooks } from "node:module";
      registerHooks({
        resolve(name, context, next) {
          if (name.startsWith("@ffmpeg-installer/")) throw Object.assign(new Error(name), { code: "MODULE_NOT_FOUND" });
          return next(name, context);
        },
      });
      const { createSketchProvider } = await import(${JSON.stringify(module)});
      console.log(JSON.stringify(createSketchProvider().validate(${JSON.stringify({ ...smallVideo, durationSec: 31 })})));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      env: { PATH: folder },
    });
    expect(JSON.parse(stdout)).toEqual([
      { path: "durationSec", message: expect.stringContaining("30") },
      { path: "model", message: expect.stringMatching(/Install it .*FFMPEG_PATH/) },
    ]);
  });
});

it("a video that was accepted where there is an ffmpeg, and drawn where there is none, fails for good and says why", async () => {
  const provider = createSketchProvider({ ffmpegPath: path.join(folder, "none") });
  await expect(provider.open(firstSource, smallVideo, callContext())).rejects.toMatchObject({
    type: "invalid_output",
    retryable: false,
    message: expect.stringContaining("FFMPEG_PATH"),
  });
});
