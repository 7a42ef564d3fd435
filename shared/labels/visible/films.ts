// The label on a film, from its first picture to its last: all of it is encoded again, sound is taken over.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Inspection } from "../../media/inspect.ts";
import { inkHeightFor, placeOf } from "./place.ts";
import { tagOf } from "./tag.ts";

/** What draws into films. */
export interface FilmTools {
  /** The program; null when there is none with what it takes. */
  find(): string | null;
  /** What an operator has to do when there is none. */
  advice: string;
  /** Resolves when it has ended well, and throws otherwise; then nothing runs any more. */
  run(program: string, args: readonly string[], run: Run): Promise<unknown>;
}

export const noFilmTools: FilmTools = {
  find: () => null,
  advice: "Nothing here draws into films.",
  run: () => Promise.reject(new Error("there is nothing to run")),
};

interface Run {
  /** Names of files are relative to it. */
  folder: string;
  timeoutMs: number;
  signal: AbortSignal;
  onFrames: (count: number) => void;
}

export interface Film extends Pick<Inspection, "extension"> {
  /** Pixels, as shown. */
  width: number;
  height: number;
  folder: string;
  /** Names within the folder. */
  from: string;
  to: string;
}

/** A function has 900 s for a job; fetching and storing take some of them. */
const ENCODE_MS = 480_000;
const COUNT_MS = 60_000;
const TAG = "label.png";
const FIRST = "first.y4m";

/** Reads one file and writes another one, with as many pictures at the same times. Throws when that cannot be done. */
export async function drawOnFilm(film: Film, text: string, tools: FilmTools, signal: AbortSignal): Promise<void> {
  const program = tools.find();
  if (program === null) throw new Error(tools.advice);
  await writeTag(film, text);
  const framesOf = async (args: string[], timeoutMs: number): Promise<number> => {
    let frames = 0;
    const onFrames = (count: number) => {
      frames = count;
    };
    await tools.run(program, args, { folder: film.folder, timeoutMs, signal, onFrames });
    return frames;
  };
  const before = await framesOf(counting(film.from), COUNT_MS);
  await framesOf(["-i", film.from, "-map", "0:v:0", "-frames:v", "1", "-strict", "-1", FIRST], COUNT_MS);
  const samples = await samplesOf(join(film.folder, FIRST));
  const drawn = await framesOf(drawing(film, samples), ENCODE_MS);
  const after = await framesOf(counting(film.to), COUNT_MS);
  if (before === drawn && drawn === after) return;
  throw new Error(`of ${before} pictures ${drawn} were drawn on and ${after} written`);
}

async function writeTag(film: Film, text: string): Promise<void> {
  const tag = await tagOf(text, inkHeightFor(film));
  if (!placeOf(film, tag))
    throw new Error(`a film of ${film.width} by ${film.height} pixels is smaller than the label`);
  const { default: sharp } = await import("sharp");
  const { width, height } = tag;
  const png = await sharp(tag.pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  await writeFile(join(film.folder, TAG), png);
}

/** Without decoding them. */
function counting(file: string): string[] {
  return ["-i", file, "-map", "0:v:0", "-c", "copy", "-f", "null", "-"];
}

/** How a picture's colours are kept, in the words of yuv4mpeg's header (yuv4mpeg(5)): the filter's and the encoder's names for the same. */
const layouts: readonly [RegExp, overlay: string, pixels: string][] = [
  [/ C420p10/, "yuv420p10", "yuv420p10le"],
  [/ C422p10/, "yuv422p10", "yuv422p10le"],
  [/ C422/, "yuv422", "yuv422p"],
  [/ C444(?!p|alpha)/, "yuv444", "yuv444p"],
];
const usual = ["", "yuv420", "yuv420p"] as const;

/** Of the film's first picture, which ffmpeg has written with its header. */
async function samplesOf(file: string): Promise<Samples> {
  const header = (await readFile(file)).toString("latin1", 0, 256).split("\n")[0] ?? "";
  await rm(file);
  const [, overlay, pixels] = layouts.find(([pattern]) => pattern.test(header)) ?? usual;
  return { overlay, pixels };
}

interface Samples {
  overlay: string;
  pixels: string;
}

/** A film that is to be turned is written as it is seen. Constants, numbers, and names that we chose: nothing of a request is among them. */
function drawing({ from, to, extension, ...size }: Film, { overlay: format, pixels }: Samples): string[] {
  const margin = Math.round(0.02 * Math.min(size.width, size.height));
  const overlay = `movie=${TAG}[label];[in][label]overlay=x=W-w-${margin}:y=H-h-${margin}:format=${format}[out]`;
  return [
    ...["-i", from, "-map", "0:v:0", "-map", "0:a?", "-vf", overlay, "-filter_threads", "1"],
    // Every picture at its time, in the units in which its file counts.
    ...["-vsync", "passthrough", "-enc_time_base", "-1", "-c:a", "copy", "-pix_fmt", pixels],
    ...(extension === "webm" ? vp9 : h264),
    ...["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", to],
  ];
}

/** As good as it came, to the eye. The number of threads is part of what decides the bytes. */
const h264 = [
  ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-g", "60", "-threads", "2"],
  ...["-movflags", "+faststart"],
];
const vp9 = [
  ...["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-deadline", "good", "-cpu-used", "5", "-row-mt", "1"],
  ...["-g", "60", "-threads", "2"],
];
