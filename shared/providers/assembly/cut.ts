// A scene: its shots one after the other, with what is said at the times that it is said.
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { cuesOf } from "../../drama/subtitles.ts";
import { framesIn } from "../../drama/times.ts";
import type { Cut, CutShot } from "../../ports/assembly.ts";
import { drawCaptions } from "./captions.ts";
import { requireCounted } from "./form.ts";
import { makeShot } from "./shots.ts";
import { speechOf } from "./speech.ts";
import { reproducible, type Work } from "./work.ts";

const JOIN_MS = 120_000;
/** Of the progress: shots are nearly all of the work. */
const SHOTS_PERCENT = 92;
const LANES = 2;

/** Answers the name of the MOV. */
export async function makeCut(work: Work, cut: Cut): Promise<string> {
  const starts = startsOf(cut.shots.map(({ durationMs }) => durationMs));
  const frames = starts.at(-1) ?? 0;
  const files = cut.shots.map((_, i) => `shot-${i}.mov`);
  await makeShots(work, cut, { starts, files });
  await join(work, cut, files, frames);
  await requireCounted(work, "cut.mov", frames);
  return "cut.mov";
}

interface Plan {
  /** The frame that each shot begins with, and the one behind the last. */
  starts: readonly number[];
  files: readonly string[];
}

/** Two at once where there are processors for it: an encoder by itself leaves a third of two unused. What is not needed any more goes. */
async function makeShots(work: Work, cut: Cut, { starts, files }: Plan): Promise<void> {
  const { size, fit, shots, lines, isSubtitled } = cut;
  const cues = isSubtitled ? cuesOf(lines, size) : [];
  const frames = Math.max(1, starts.at(-1) ?? 0);
  const done = shots.map(() => 0);
  const uses = shots.map(({ picture }) => picture);
  const makeOne = async (shot: CutShot, i: number) => {
    const [from, to] = [starts[i] ?? 0, starts[i + 1] ?? 0];
    const own = { fromFrame: from, frames: to - from, size, name: `words-${i}` };
    const captions = await drawCaptions(work.folder, cues, own);
    await makeShot(work, { ...shot, ...own, fit, captions }, files[i] ?? "", (count) => {
      done[i] = count;
      work.progress((SHOTS_PERCENT * done.reduce((sum, each) => sum + each, 0)) / frames);
    });
    uses.splice(uses.indexOf(shot.picture), 1);
    const isNeeded = uses.includes(shot.picture);
    await work.drop(...captions.map(({ file }) => file), ...(isNeeded ? [] : [`input-${shot.picture}`]));
  };
  await inLanes(Math.min(LANES, availableParallelism()), shots, makeOne);
}

/** When it settles nothing goes on any more; none is begun when one has failed. */
async function inLanes<T>(lanes: number, all: readonly T[], act: (each: T, index: number) => Promise<void>) {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async () => {
    while (next < all.length && failures.length === 0) {
      const index = next++;
      await act(all[index] as T, index).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
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
