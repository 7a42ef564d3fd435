// An episode: its cuts one after the other, as they are, and one sound over all of them, which is encoded once.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { cuesOf, srtOf } from "../../drama/subtitles.ts";
import { framesIn } from "../../drama/times.ts";
import type { Episode } from "../../ports/assembly.ts";
import { FRAMES_PER_SECOND, SAMPLES_PER_SECOND } from "../../ports/assembly.ts";
import { requireCounted, SAMPLES_PER_FRAME } from "./form.ts";
import { levelled } from "./loudness.ts";
import { bedGain, bedOf, layMusic } from "./music.ts";
import { reproducible, type Work } from "./work.ts";

const MIX_MS = 240_000;
const JOIN_MS = 300_000;
/** AAC comes in packets of 1024 samples: what the last one has too much is left out by players, and counted by decoders. */
const MOST_SAMPLES_OFF = 1024;

/** Players' names for the language of subtitles: ISO 639-2. */
const languages = { zh: "zho", en: "eng" } as const;

/** Answers the name of the MP4. */
export async function makeEpisode(work: Work, episode: Episode): Promise<string> {
  const { cuts } = episode;
  const frames = cuts.reduce((sum, cut) => sum + framesIn(work.inputs[cut]?.durationMs ?? 0), 0);
  for (const [i, cut] of cuts.entries()) {
    await work.bring(cut);
    work.progress((30 * (i + 1)) / cuts.length);
  }
  const list = cuts.map((cut) => `file input-${cut}\n`).join("");
  await writeFile(path.join(work.folder, "cuts.txt"), list);
  await mix(work, episode, frames);
  work.progress(50);
  const level = await levelled(work, "mix.wav");
  work.progress(70);
  await join(work, episode, level, frames);
  await requireCounted(work, "episode.mp4", frames, MOST_SAMPLES_OFF);
  work.progress(100);
  return "episode.mp4";
}

const cutsInput = ["-f", "concat", "-safe", "0", "-i", "cuts.txt"];

/** Writes what is heard, not yet as loud as it should be; with room for peaks. */
async function mix(work: Work, { music, lines }: Episode, frames: number): Promise<void> {
  const seconds = frames / FRAMES_PER_SECOND;
  const wide = `aresample=${SAMPLES_PER_SECOND},aformat=sample_fmts=fltp:channel_layouts=stereo`;
  const whole = `apad,atrim=end_sample=${frames * SAMPLES_PER_FRAME}`;
  const bed = music === null ? null : await layMusic(work, music, seconds);
  const gain = bed === null ? 1 : await bedGain(work, bed, cutsInput);
  // Mixing halves both.
  const graph =
    bed === null
      ? `[0:a]${wide},${whole}[sound]`
      : `[0:a]${wide}[speech];[1:a]${wide},${bedOf(lines, seconds, gain)}[bed];[speech][bed]amix=inputs=2:duration=first:dropout_transition=0,volume=2,${whole}[sound]`;
  const inputs = bed === null ? cutsInput : [...cutsInput, "-f", "wav", "-i", bed];
  const args = [...inputs, "-filter_complex", graph, "-map", "[sound]", "-c:a", "pcm_f32le", "-y", "mix.wav"];
  await work.ffmpeg(args, { timeoutMs: MIX_MS });
  if (bed !== null) await work.drop(bed);
}

async function join(work: Work, episode: Episode, level: string, frames: number): Promise<void> {
  const { subtitles, lines, language } = episode;
  const file = work.inputs[episode.cuts[0] ?? 0];
  const size = { width: file?.width ?? 0, height: file?.height ?? 0 };
  const cues = subtitles === "soft" ? cuesOf(lines, size) : [];
  if (cues.length > 0) await writeFile(path.join(work.folder, "words.srt"), srtOf(cues));
  const words = cues.length > 0 ? ["-f", "srt", "-i", "words.srt"] : [];
  const tagged = ["-map", "2:s:0", "-c:s", "mov_text", "-metadata:s:s:0", `language=${languages[language]}`];
  const sound = `${level},aresample=${SAMPLES_PER_SECOND},apad,atrim=end_sample=${frames * SAMPLES_PER_FRAME}`;
  const args = [
    ...[...cutsInput, "-f", "wav", "-i", "mix.wav", ...words],
    ...["-map", "0:v:0", "-c:v", "copy", "-map", "1:a:0", "-af", sound],
    ...["-c:a", "aac", "-b:a", "160k", "-ar", String(SAMPLES_PER_SECOND), ...(cues.length > 0 ? tagged : [])],
    ...["-video_track_timescale", "12288", "-movflags", "+faststart", ...reproducible, "-y", "episode.mp4"],
  ];
  await work.ffmpeg(args, {
    timeoutMs: JOIN_MS,
    onFrames: (count) => work.progress(70 + (25 * count) / frames),
  });
}
