// One shot of a scene as a file of its own: a picture that moves or a clip, and the words that are drawn over it.
import type { CutShot, Fit, FrameSize } from "../../ports/assembly.ts";
import type { Caption } from "./captions.ts";
import { fitting, matrixOf } from "./clips.ts";
import { h264 } from "./form.ts";
import { moving, prepareStill } from "./stills.ts";
import { reading, reproducible, type Work } from "./work.ts";

export interface Shot extends CutShot {
  frames: number;
  size: FrameSize;
  fit: Fit;
  captions: readonly Caption[];
}

const TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_FRAME = 500;

/** Writes `to` with so many frames and no sound. */
export async function makeShot(work: Work, shot: Shot, to: string, onFrames: (count: number) => void): Promise<void> {
  const { frames, captions } = shot;
  const still = `${to}.png`;
  const { input, filter } = await pictureOf(work, shot, still);
  const words = captions.flatMap(({ file }) => ["-i", file]);
  const args = [
    ...["-filter_complex_threads", "1", ...input, ...words, "-filter_complex", graphOf(filter, captions)],
    ...["-map", "[video]", "-frames:v", String(frames), "-an", ...h264, ...reproducible],
    // MP4 is read by everybody; what is joined is MOV anyhow.
    ...["-movflags", "+faststart", "-y", to],
  ];
  const timeoutMs = TIMEOUT_MS + TIMEOUT_MS_PER_FRAME * frames;
  const ran = await work.ffmpeg(args, { timeoutMs, onFrames });
  if (ran.frames !== frames) throw new Error(`a shot of ${frames} frames has ${ran.frames}`);
  await work.drop(still);
}

async function pictureOf(work: Work, { picture, frames, size, fit, motion }: Shot, still: string) {
  const file = work.inputs[picture];
  if (file?.type === "image") {
    await prepareStill(work, picture, { fit, motion, size }, still);
    return { input: ["-i", still], filter: moving(motion, frames, size) };
  }
  const matrix = await matrixOf(work, picture);
  return { input: reading(file, await work.bring(picture)), filter: fitting(fit, frames, size, matrix) };
}

/** Each caption is decoded once and laid on the frames that it is shown on. */
function graphOf(filter: string, captions: readonly Caption[]): string {
  const last = captions.length;
  const named = (i: number) => (i === last ? "video" : `picture${i}`);
  const laid = captions.map(({ x, y, fromFrame, toFrame }, i) => {
    const shown = `enable='between(n,${fromFrame},${toFrame - 1})'`;
    return `[${named(i)}][${i + 1}:v]overlay=${x}:${y}:format=yuv420:${shown}[${named(i + 1)}]`;
  });
  return [`[0:v]${filter}[${named(0)}]`, ...laid].join(";");
}
