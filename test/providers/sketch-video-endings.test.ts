// Drawing a video, from the first look for ffmpeg to what is left behind, however it ends.
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runFfmpeg } from "../../shared/providers/ffmpeg/run.ts";
import { makeTemporaryFolder } from "../../shared/providers/ffmpeg/temporary-folder.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { anyProgram, callContext, drawVideo, firstSource, scriptedFfmpeg, smallVideo } from "./videos.ts";

let folder: string;
let temporaryFolder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sketch-video-"));
  temporaryFolder = path.join(folder, "temporary");
  await mkdir(temporaryFolder);
});
afterEach(() => rm(folder, { recursive: true }));

describe("while a video is drawn", () => {
  it("its progress rises to 100, and nothing is left", async () => {
    const seen: number[] = [];
    await drawVideo(smallVideo, { temporaryFolder, progress: (percent) => seen.push(percent) });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen[0]).toBeGreaterThanOrEqual(0);
    expect(seen.at(-1)).toBe(100);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("a caller that gives up ends ffmpeg, and nothing is left", async () => {
    const ffmpegPath = await scriptedFfmpeg(folder, 'echo $$ > "$0.pid"', `exec ${anyProgram()} "$@"`);
    const caller = new AbortController();
    const drawing = drawVideo(
      { ...smallVideo, durationSec: 30, resolution: "1080p" },
      { ffmpegPath, temporaryFolder, signal: caller.signal, progress: () => caller.abort() },
    );
    await expect(drawing).rejects.toThrow(/abort/i);
    await expectGone(`${ffmpegPath}.pid`);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});

describe("a video that cannot be drawn", () => {
  it("is `invalid_output` with the last 2 KB of what ffmpeg said, and nothing is left", async () => {
    const flood = "head -c 5000 /dev/zero | tr '\\0' x >&2";
    const ffmpegPath = await scriptedFfmpeg(folder, flood, "echo 'no space left' >&2", "exit 3");
    const error = await drawVideo(smallVideo, { ffmpegPath, temporaryFolder }).catch((thrown) => thrown);
    expect(error).toMatchObject({ type: "invalid_output", message: "The video could not be drawn." });
    expect(error.cause.message).toMatch(/^ffmpeg ended with 3: x{2000,2048}no space left$/);
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("says which signal ended ffmpeg", async () => {
    const ffmpegPath = await scriptedFfmpeg(folder, "kill -9 $$");
    const error = await drawVideo(smallVideo, { ffmpegPath, temporaryFolder }).catch((thrown) => thrown);
    expect(error.cause.message).toMatch(/^ffmpeg ended with SIGKILL/);
  });

  it("an ffmpeg that does not come to an end is ended", async () => {
    const stuck = await scriptedFfmpeg(
      folder,
      'echo $$ > "$0.pid"; echo thinking >&2; echo frame=1',
      "exec sleep 1000",
    );
    const caller = new AbortController();
    const run = { folder, timeoutMs: 1000, signal: caller.signal, onFrames: () => {} };
    await expect(runFfmpeg(stuck, [], run)).rejects.toThrow("ffmpeg was not done after 1000 ms: thinking");
    await expectGone(`${stuck}.pid`);
  });

  it("an ffmpeg that cannot be started is an error like others", async () => {
    const run = { folder, timeoutMs: 1000, signal: new AbortController().signal, onFrames: () => {} };
    await expect(runFfmpeg(path.join(folder, "none"), [], run)).rejects.toThrow(/ENOENT/);
  });
});

describe("a reader of a video", () => {
  it("that stops half way leaves no file open", async ({ skip }) => {
    skip(process.platform !== "linux", "open files are read from /proc");
    const provider = createSketchProvider({ ffmpegPath: anyProgram(), temporaryFolder });
    for await (const _ of await provider.open(firstSource, smallVideo, callContext())) {
      expect(await openFiles()).toHaveLength(1);
      break;
    }
    expect(await openFiles()).toEqual([]);
  });

  it("that gives up half way is told so", async () => {
    const caller = new AbortController();
    const provider = createSketchProvider({ ffmpegPath: anyProgram(), temporaryFolder });
    const large = { ...smallVideo, resolution: "1080p" };
    const chunks = await provider.open(firstSource, large, callContext({ signal: caller.signal }));
    const reading = (async () => {
      for await (const _ of chunks) caller.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it("that gives up before it begins does no harm", async () => {
    const caller = new AbortController();
    const provider = createSketchProvider({ ffmpegPath: anyProgram(), temporaryFolder });
    const chunks = await provider.open(firstSource, smallVideo, callContext({ signal: caller.signal }));
    caller.abort();
    await expect(buffer(chunks)).rejects.toThrow(/abort/i);
  });
});

describe("a temporary folder", () => {
  it("is private, and goes with what is in it", async () => {
    const made = await makeTemporaryFolder(temporaryFolder);
    expect((await stat(made.path)).mode & 0o777).toBe(0o700);
    await writeFile(path.join(made.path, "layer.png"), "x");
    await made[Symbol.asyncDispose]();
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("that a dead process left behind goes when the next one is made; what is young or of others stays", async () => {
    const names = ["dream-factory-sketch-dead01", "dream-factory-sketch-alive1", "dream-factory-old", "old"];
    for (const name of names) {
      await mkdir(path.join(temporaryFolder, name));
      await writeFile(path.join(temporaryFolder, name, "video.mp4"), "x");
      const secondsAgo = name.includes("alive") ? 600 : 7200;
      await utimes(path.join(temporaryFolder, name), Date.now() / 1000, Date.now() / 1000 - secondsAgo);
    }
    const made = await makeTemporaryFolder(temporaryFolder);
    const left = await readdir(temporaryFolder);
    expect(left.sort()).toEqual([...names.slice(1), path.basename(made.path)].sort());
  });
});

async function expectGone(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8"));
  expect(pid).toBeGreaterThan(1);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
}

/** Of this process, those that are or were in the temporary folder. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const files = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return files.filter((file) => file.startsWith(temporaryFolder));
}
