// One frame of a clip, as a picture.

import { framesIn } from "../../drama/times.ts";
import { FRAMES_PER_SECOND } from "../../ports/assembly.ts";
import { matrixOf } from "./clips.ts";
import { reading, type Work } from "./work.ts";

const TIMEOUT_MS = 120_000;

/** Writes it as `to`. `atMs` null: the last one, also where the clip is shorter than that. */
export async function frameOf(work: Work, clip: number, atMs: number | null, to: string): Promise<void> {
  const name = await work.bring(clip);
  const input = [...reading(work.inputs[clip], name), "-map", "0:v:0"];
  const even = `setpts=PTS-STARTPTS,fps=${FRAMES_PER_SECOND}`;
  // What a header says of its length may be wrong: the frames are counted.
  const { frames } = await work.ffmpeg([...input, "-vf", even, "-f", "null", "-"], { timeoutMs: TIMEOUT_MS });
  const wanted = Math.max(0, Math.min(frames - 1, atMs === null ? frames - 1 : framesIn(atMs)));
  const matrix = await matrixOf(work, clip);
  const square = `scale=trunc(iw*sar/2)*2:ih${matrix === null ? "" : `:in_color_matrix=${matrix}`},setsar=1,format=rgb24`;
  const picture = `${even},select='eq(n,${wanted})',${square}`;
  const args = [...input, "-vf", picture, "-frames:v", "1", "-f", "image2", "-update", "1", "-y", to];
  await work.ffmpeg(args, { timeoutMs: TIMEOUT_MS });
}
