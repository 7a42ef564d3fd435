// The one form of everything that is joined: a film's frames, its sound, and how both are counted.
import { FRAMES_PER_SECOND, SAMPLES_PER_SECOND } from "../../ports/assembly.ts";
import type { Work } from "./work.ts";

export const SAMPLES_PER_FRAME = SAMPLES_PER_SECOND / FRAMES_PER_SECOND;

/** A keyframe every two seconds and no other ones: what is joined is cut where it begins. The number of threads is part of what decides the bytes. */
export const h264 = [
  ...["-c:v", "libx264", "-preset", "superfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p"],
  ...["-g", "48", "-keyint_min", "48", "-sc_threshold", "0", "-bf", "2", "-threads", "2"],
  ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
  ...["-video_track_timescale", "12288"],
];

/** The colours of HD video, computed alike on every processor. */
export const toHd = "out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact";

export const toSound = `aresample=${SAMPLES_PER_SECOND},aformat=sample_fmts=s16:channel_layouts=stereo`;

const COUNT_MS = 120_000;

/** Frames that are stored, and samples that are heard. */
export async function counted(work: Work, name: string, demuxer = "mov"): Promise<{ frames: number; samples: number }> {
  const input = ["-f", demuxer, "-i", name];
  const run = { timeoutMs: COUNT_MS };
  const { frames } = await work.ffmpeg([...input, "-map", "0:v:0", "-c", "copy", "-f", "null", "-"], run);
  const { microseconds } = await work.ffmpeg([...input, "-map", "0:a:0", "-f", "null", "-"], run);
  return { frames, samples: Math.round((microseconds * SAMPLES_PER_SECOND) / 1e6) };
}

/** A join that lost or doubled something exits as well as one that did not. */
export async function requireCounted(work: Work, name: string, frames: number, most = 0): Promise<void> {
  const found = await counted(work, name);
  const off = Math.abs(found.samples - frames * SAMPLES_PER_FRAME);
  if (found.frames === frames && off <= most) return;
  throw new Error(`${frames} frames were joined to ${found.frames}, with ${found.samples} samples`);
}
