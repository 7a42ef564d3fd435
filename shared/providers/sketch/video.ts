// One video: ffmpeg moves layers that were drawn once, and writes them as H.264 in MP4.
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import { addAbortSignal } from "node:stream";
import { runFfmpeg } from "../ffmpeg/run.ts";
import { makeTemporaryFolder } from "../ffmpeg/temporary-folder.ts";
import { drawLayers, FRAMES_PER_SECOND, type Layer, type VideoPlan } from "./video-layers.ts";

export interface VideoTools {
  /** Where ffmpeg is. */
  program: string;
  /** Where a folder for the layers and the video may be made. */
  temporaryFolder: string;
  signal: AbortSignal;
  /** Called with 0 to 100. */
  progress?: ((percent: number) => void) | undefined;
}

const TIMEOUT_MS = 120_000;
const TIMEOUT_MS_PER_SECOND = 10_000;

/** A whole MP4, once it is drawn; the same plan gives the same bytes with the same ffmpeg. Whoever calls reads it, or aborts. */
export async function drawVideo(plan: VideoPlan, tools: VideoTools): Promise<AsyncIterable<Uint8Array>> {
  await using folder = await makeTemporaryFolder(tools.temporaryFolder);
  const layers = await drawLayers(plan);
  await Promise.all(layers.map(({ png }, i) => writeFile(path.join(folder.path, nameOf(i)), png)));
  const frames = plan.seconds * FRAMES_PER_SECOND;
  await runFfmpeg(tools.program, argumentsFor(layers, frames), {
    folder: folder.path,
    timeoutMs: TIMEOUT_MS + TIMEOUT_MS_PER_SECOND * plan.seconds,
    signal: tools.signal,
    onFrames: (count) => tools.progress?.(Math.min(100, (100 * count) / frames)),
  });
  return await openFile(path.join(folder.path, FILE), tools.signal);
}

const FILE = "video.mp4";

function nameOf(layer: number): string {
  return `layer-${layer}.png`;
}

/** Constants, numbers, and names that we chose: nothing of a prompt is ever among them. */
function argumentsFor(layers: Layer[], frames: number): string[] {
  const inputs = layers.flatMap((_, i) => ["-framerate", String(FRAMES_PER_SECOND), "-i", nameOf(i)]);
  const picture = ["-filter_complex", graphOf(layers, frames), "-map", "[video]", "-frames:v", String(frames)];
  return [...oneFilterThread, ...inputs, ...picture, ...codec, ...reproducible, "-movflags", "+faststart", FILE];
}

/** The number of threads is part of what decides the bytes. */
const codec = [
  ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p", "-g", "48", "-threads", "2"],
  ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
];
/**
 * With several, one video of 854x480 in 40 had a few other bytes, in ffmpeg 4.1 and 5.1, and none did whose width is a multiple of 16. It seems
 * that the encoder sees some of what filters leave beyond a frame's edge, which threads leave in no fixed order. One takes no longer.
 */
const oneFilterThread = ["-filter_complex_threads", "1"];
const reproducible = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"];

/** Each layer is decoded once. The sky is repeated for every frame, and the others are laid on it where they are by then. */
function graphOf(layers: Layer[], frames: number): string {
  const repeat = `loop=loop=${frames - 1}:size=1:start=0`;
  const prepared = layers.map(({ crop }, i) => {
    const part = crop ? `,${repeat},crop=${crop.width}:${crop.height}:0:'${crop.y}'` : "";
    return `[${i}:v]${toYuv},format=${i === 0 ? `yuv420p,${repeat}` : `yuva420p${part}`}[layer${i}]`;
  });
  const laid = layers.slice(1).map(({ x, y }, i) => {
    const isLast = i === layers.length - 2;
    const below = i === 0 ? "layer0" : `video${i}`;
    return `[${below}][layer${i + 1}]overlay=x='${x}':y='${y}'[${isLast ? "video" : `video${i + 1}`}]`;
  });
  return [...prepared, ...laid].join(";");
}

/** The colours of HD video, computed alike on every processor. */
const toYuv = "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact";

/** The file may lose its name while it is read. */
async function openFile(file: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(file);
  const stream = addAbortSignal(signal, handle.createReadStream());
  // Nobody may be reading when the signal aborts.
  stream.on("error", () => {});
  return stream;
}
