// A scene: its shots one after the other, with what is said at the times that it is said.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cuesOf } from "../../drama/subtitles.ts";
import { framesIn } from "../../drama/times.ts";
import type { Cut } from "../../ports/assembly.ts";
import { drawCaptions } from "./captions.ts";
import { requireCounted } from "./form.ts";
import { makeShot } from "./shots.ts";
import { speechOf } from "./speech.ts";
import { reproducible, type Work } from "./work.ts";

const JOIN_MS = 120_000;
/** Of the progress: shots are nearly all of the work. */
const SHOTS_PERCENT = 92;

/** Answers the name of the MOV. */
export async function makeCut(work: Work, cut: Cut): Promise<string> {
  const { size, fit, shots, lines, isSubtitled } = cut;
  const cues = isSubtitled ? cuesOf(lines, size) : [];
  const starts = startsOf(shots.map(({ durationMs }) => durationMs));
  const frames = starts.at(-1) ?? 0;
  const files: string[] = [];
  for (const [i, shot] of shots.entries()) {
    const [from, to] = [starts[i] ?? 0, starts[i + 1] ?? 0];
    const [file, own] = [`shot-${i}.mov`, { fromFrame: from, frames: to - from, size, name: `words-${i}` }];
    const captions = await drawCaptions(work.folder, cues, own);
    await makeShot(work, { ...shot, ...own, fit, captions }, file, (count) =>
      work.progress((SHOTS_PERCENT * (from + count)) / frames),
    );
    files.push(file);
    const isNeeded = shots.slice(i + 1).some(({ picture }) => picture === shot.picture);
    if (!isNeeded) await work.drop(`input-${shot.picture}`);
  }
  await join(work, cut, files, frames);
  await requireCounted(work, "cut.mov", frames);
  return "cut.mov";
}

/** The frame that each begins with, and the one behind the last: rounded once each, so that nothing adds up. */
function startsOf(durations: readonly number[]): number[] {
  let ms = 0;
  const ends = durations.map((durationMs) => {
    ms += durationMs;
    return framesIn(ms);
  });
  return [0, ...ends];
}

async function join(work: Work, { lines }: Cut, files: readonly string[], frames: number): Promise<void> {
  await writeFile(path.join(work.folder, "shots.txt"), files.map((file) => `file ${file}\n`).join(""));
  const speech = await speechOf(work, lines, frames);
  const args = [
    ...["-f", "concat", "-safe", "0", "-i", "shots.txt", ...speech.inputs, "-filter_complex", speech.graphFrom(1)],
    ...["-map", "0:v:0", "-c:v", "copy", "-map", "[sound]", "-c:a", "pcm_s16le"],
    ...["-video_track_timescale", "12288", ...reproducible, "-y", "cut.mov"],
  ];
  await work.ffmpeg(args, { timeoutMs: JOIN_MS });
}
