// Music below a film: as long as the film, repeated without a seam, low while somebody speaks.
import type { TimedLine } from "../../ports/assembly.ts";
import { toSound } from "./form.ts";
import { loudnessOf, wavInput } from "./loudness.ts";
import { reading, type Work } from "./work.ts";

const TIMEOUT_MS = 180_000;
/** Where music that is too short begins again, its end goes over into its beginning for so long. */
const SEAM_SEC = 2;
/** What is shorter is repeated as it is. */
const SHORTEST_SEAMED_SEC = 3 * SEAM_SEC;
/** How much softer than the speech it is when nobody speaks, and by which factor it falls while somebody does: 10 dB. */
const BELOW_SPEECH_LU = 8;
const DUCKED = 0.3;
/** What is measured as softer is silence, or a breath. */
const SILENCE_LUFS = -60;
/** How long it takes to fall, before the first word, and to rise again. */
const FALL_SEC = 0.3;
const RISE_SEC = 0.7;
/** Pauses that are shorter are none: music that swells for a breath disturbs. */
const SHORTEST_PAUSE_MS = 1200;
const FADE_IN_SEC = 0.6;
const FADE_OUT_SEC = 2;

/** Writes a WAV of the music that is at least so long; answers its name. */
export async function layMusic(work: Work, input: number, seconds: number): Promise<string> {
  const source = reading(work.inputs[input], await work.bring(input));
  const args = [...source, "-map", "0:a:0", "-af", toSound, "-t", seconds.toFixed(3), "-c:a", "pcm_s16le"];
  const { microseconds } = await work.ffmpeg([...args, "-y", "music.wav"], { timeoutMs: TIMEOUT_MS });
  await work.drop(`input-${input}`);
  const length = microseconds / 1e6;
  if (length >= seconds - 0.001) return "music.wav";
  if (length === 0) throw new Error("the music has no sound");
  return repeated(work, length, seconds);
}

async function repeated(work: Work, length: number, seconds: number): Promise<string> {
  const loop = length < SHORTEST_SEAMED_SEC ? "music.wav" : await seamed(work, length);
  const args = ["-stream_loop", "-1", "-f", "wav", "-i", loop, "-t", seconds.toFixed(3), "-c:a", "pcm_s16le"];
  await work.ffmpeg([...args, "-y", "repeated.wav"], { timeoutMs: TIMEOUT_MS });
  await work.drop("music.wav", "seamed.wav");
  return "repeated.wav";
}

/** The end goes over into the beginning, then comes all between them: behind its last sample its first one goes on. */
async function seamed(work: Work, length: number): Promise<string> {
  const part = (from: number, sec: number) => [
    "-ss",
    from.toFixed(5),
    "-t",
    sec.toFixed(5),
    "-f",
    "wav",
    "-i",
    "music.wav",
  ];
  const inputs = [...part(length - SEAM_SEC, SEAM_SEC), ...part(0, SEAM_SEC), ...part(SEAM_SEC, length - 2 * SEAM_SEC)];
  const graph = `[0:a][1:a]acrossfade=d=${SEAM_SEC}:c1=qsin:c2=qsin[seam];[seam][2:a]concat=n=2:v=0:a=1[loop]`;
  const args = [...inputs, "-filter_complex", graph, "-map", "[loop]", "-c:a", "pcm_s16le", "-y", "seamed.wav"];
  const { microseconds } = await work.ffmpeg(args, { timeoutMs: TIMEOUT_MS });
  const lost = length - SEAM_SEC - microseconds / 1e6;
  if (Math.abs(lost) > 0.1) throw new Error(`${lost.toFixed(3)} s of the music were lost`);
  return "seamed.wav";
}

/** How much it is to be changed, so that it lies below the speech: somebody's music may be mastered for a club. Where nobody speaks, all is made as loud as it should be at the end. */
export async function bedGain(work: Work, bed: string, speech: readonly string[]): Promise<number> {
  const spoken = await loudnessOf(work, speech, "anull");
  const played = await loudnessOf(work, wavInput(bed), "anull");
  if (played < SILENCE_LUFS || spoken < SILENCE_LUFS) return 1;
  return 10 ** ((spoken - BELOW_SPEECH_LU - played) / 20);
}

/** A filter for the music of a film that is so long. */
export function bedOf(lines: readonly TimedLine[], seconds: number, gain: number): string {
  const fades = [
    `afade=t=in:d=${Math.min(FADE_IN_SEC, seconds / 4)}`,
    `afade=t=out:st=${Math.max(0, seconds - FADE_OUT_SEC).toFixed(3)}:d=${Math.min(FADE_OUT_SEC, seconds)}`,
  ];
  return [`volume=volume='${volumeOver(lines, gain)}':eval=frame`, ...fades].join(",");
}

/** The volume at the time `t`, in seconds. It falls before the first word: whoever listens to the speech alone would be late. */
function volumeOver(lines: readonly TimedLine[], gain: number): string {
  const loud = gain.toFixed(5);
  const spoken = spansOf(lines).map(({ fromMs, toMs }) => {
    const [from, to] = [fromMs / 1000, toMs / 1000];
    const falls = `(t-${(from - FALL_SEC).toFixed(3)})/${FALL_SEC}`;
    const rises = `(${(to + RISE_SEC).toFixed(3)}-t)/${RISE_SEC}`;
    return `clip(min(${falls},${rises}),0,1)`;
  });
  if (spoken.length === 0) return loud;
  return `${loud}*(1-${(1 - DUCKED).toFixed(2)}*min(1,${spoken.join("+")}))`;
}

/** Lines without a pause between them are one. */
function spansOf(lines: readonly TimedLine[]): { fromMs: number; toMs: number }[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of lines) {
    const last = spans.at(-1);
    if (last && fromMs - last.toMs < SHORTEST_PAUSE_MS) last.toMs = Math.max(last.toMs, toMs);
    else spans.push({ fromMs, toMs });
  }
  return spans;
}
