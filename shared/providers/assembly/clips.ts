// A clip as a shot, whatever its rate, size, shape and colours: exactly so many frames of the film's form.
import type { Fit, FrameSize } from "../../ports/assembly.ts";
import { FRAMES_PER_SECOND } from "../../ports/assembly.ts";
import { toHd } from "./form.ts";
import { reading, type Work } from "./work.ts";

const PROBE_MS = 30_000;

/** A filter of the clip's picture. Its last frame is held where it is too short. */
export function fitting(fit: Fit, frames: number, { width, height }: FrameSize, matrix: string | null): string {
  const colours = `${matrix === null ? "" : `in_color_matrix=${matrix}:`}${toHd}`;
  // Its own times count from its first frame; pixels that are no squares become such.
  const even = `setpts=PTS-STARTPTS,fps=${FRAMES_PER_SECOND},scale=trunc(iw*sar/2)*2:ih,setsar=1`;
  const covering = (to: FrameSize) =>
    `scale=${to.width}:${to.height}:force_original_aspect_ratio=increase:${colours},crop=${to.width}:${to.height}`;
  const held = `setsar=1,tpad=stop_mode=clone:stop=${frames},trim=end_frame=${frames},setpts=PTS-STARTPTS,format=yuv420p`;
  if (fit === "cover") return `${even},${covering({ width, height })},${held}`;
  const small = { width: eighth(width), height: eighth(height) };
  return [
    `${even},format=yuv420p,split[front][back]`,
    `[back]${covering(small)},boxblur=4:2,scale=${width}:${height},lutyuv=y=val*0.6[behind]`,
    `[front]scale=${width}:${height}:force_original_aspect_ratio=decrease:${colours}[whole]`,
    `[behind][whole]overlay=(W-w)/2:(H-h)/2,${held}`,
  ].join(";");
}

function eighth(side: number): number {
  return 2 * Math.max(8, Math.round(side / 16));
}

/** By which matrix its colours are kept, as it says; null where ffmpeg knows by itself. Clips that say nothing are HD video, as models make it. */
export async function matrixOf(work: Work, input: number): Promise<string | null> {
  const name = await work.bring(input);
  const args = [
    ...reading(work.inputs[input], name),
    "-map",
    "0:v:0",
    "-c",
    "copy",
    "-t",
    "0.1",
    "-map_metadata",
    "-1",
  ];
  const { said } = await work.ffmpeg([...args, "-f", "null", "-"], { timeoutMs: PROBE_MS, says: "info" });
  return /Video:.*\b(bt709|smpte170m|bt470bg|smpte240m|fcc|bt2020nc)\b/.test(said) ? null : "bt709";
}
