// What tests of videos need: the ffmpegs of this machine, scripts that stand in for one, a small request, and the frames of a video.
import { execFile, execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { CallContext, ProviderRequest } from "../../shared/ports/provider.ts";
import { createSketchProvider, type SketchOptions } from "../../shared/providers/sketch/provider.ts";

/** Null where there is none. */
export const programs: Readonly<Record<"system" | "npm", string | null>> = {
  system: pathOf(() => execFileSync("/bin/sh", ["-c", "command -v ffmpeg"], { encoding: "utf8" }).trim()),
  npm: pathOf(() => createRequire(import.meta.url)("@ffmpeg-installer/ffmpeg").path),
};

/** Whichever there is. */
export function anyProgram(): string {
  const program = programs.system ?? programs.npm;
  if (program === null) throw new Error("Install ffmpeg, or the npm package @ffmpeg-installer/ffmpeg.");
  return program;
}

function pathOf(look: () => string): string | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** A program called `ffmpeg` in the folder: it has libx264, as far as it says, and does what the lines say when it has to draw. */
export async function scriptedFfmpeg(folder: string, ...lines: string[]): Promise<string> {
  const probe = `case "$*" in *encoder=libx264*) echo "Encoder libx264"; exit 0;; esac`;
  return await script(path.join(folder, "ffmpeg"), probe, ...lines);
}

export async function script(file: string, ...lines: string[]): Promise<string> {
  await writeFile(file, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(file, 0o755);
  return file;
}

export const smallVideo: ProviderRequest = {
  type: "video",
  operation: "generate",
  model: "sketch",
  prompt: "a lantern on a river",
  n: 1,
  durationSec: 1,
  resolution: "480p",
  seed: 7,
};

export const firstSource = { kind: "stream" as const, data: { index: 0, seed: 7 } };

export function callContext(given: Partial<CallContext> = {}): CallContext {
  return { reference: "job-1", signal: new AbortController().signal, ...given };
}

/** A whole MP4, drawn by a provider of its own. */
export async function drawVideo(
  request: ProviderRequest,
  { index = 0, ...given }: SketchOptions & Partial<CallContext> & { index?: number } = {},
): Promise<Buffer> {
  const provider = createSketchProvider({ ffmpegPath: anyProgram(), ...given });
  const context = callContext(given);
  const outcome = await provider.start(request, context);
  const wanted = outcome.state === "succeeded" ? outcome.sources[index] : undefined;
  if (wanted?.kind !== "stream") throw new Error("sketch delivers streams");
  return await buffer(await provider.open(wanted, request, context));
}

/** Every frame of an MP4, decoded and scaled: the brightness of each pixel, row by row; 16 is black and 235 white. */
export async function framesOf(mp4: Buffer, { width, height }: { width: number; height: number }): Promise<Buffer[]> {
  const grey = `scale=${width}:${height}:flags=area,format=yuv444p,extractplanes=y`;
  const decoding = execFile(
    anyProgram(),
    ["-v", "error", "-xerror", "-i", "pipe:0", "-vf", grey, "-f", "rawvideo", "pipe:1"],
    { encoding: "buffer", maxBuffer: 1024 ** 3 },
  );
  decoding.stdin?.end(mp4);
  if (!decoding.stdout || !decoding.stderr) throw new Error("no pipes");
  const [pixels, complaints] = await Promise.all([buffer(decoding.stdout), buffer(decoding.stderr)]);
  if (complaints.length > 0) throw new Error(complaints.toString());
  const size = width * height;
  return Array.from({ length: pixels.length / size }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
}
