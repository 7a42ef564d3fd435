// How loud a film is, and how it is made as loud as others: measured, raised or lowered, held below the top, and measured again.
import type { Work } from "./work.ts";

/** EBU R 128 for streaming, as most services ask: integrated loudness in LUFS. */
const TARGET_LUFS = -16;
/** What is nearer than this is heard as the same; a limiter lowers what it holds, so that one look is not enough. */
const NEAR_LU = 0.4;
const MOST_LOOKS = 4;
/** Below that there is nothing to be heard, and nothing to be raised. */
const SILENCE_LUFS = -60;
/** A whisper is not made a shout. */
const MOST_GAIN_DB = 30;
const MEASURE_MS = 180_000;

/** Limits peaks to −1.6 dB, which leaves room for what AAC adds. */
const limiter = "alimiter=limit=0.83:attack=5:release=60:level=false";

/** A filter that makes the sound of this WAV as loud as it should be. */
export async function levelled(work: Work, name: string): Promise<string> {
  let gain = 0;
  let filter = "anull";
  for (let look = 0; look < MOST_LOOKS; look++) {
    const lufs = await loudnessOf(work, wavInput(name), filter);
    if (lufs < SILENCE_LUFS) return "anull";
    if (Math.abs(TARGET_LUFS - lufs) <= NEAR_LU) return filter;
    gain = Math.max(-MOST_GAIN_DB, Math.min(MOST_GAIN_DB, gain + TARGET_LUFS - lufs));
    filter = `volume=${gain.toFixed(2)}dB,${limiter}`;
  }
  return filter;
}

export function wavInput(name: string): string[] {
  return ["-f", "wav", "-i", name];
}

/** Integrated, in LUFS: pauses do not count. Minus infinity for silence. */
export async function loudnessOf(work: Work, input: readonly string[], filter: string): Promise<number> {
  const graph = `${filter},ebur128=framelog=verbose`;
  const args = [...input, "-map", "0:a:0", "-af", graph, "-f", "null", "-"];
  const { said } = await work.ffmpeg(args, { timeoutMs: MEASURE_MS, says: "info" });
  const lufs = /Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(said)?.[1];
  // Nothing was loud enough to be measured: "nan" or "-inf".
  return lufs === undefined ? Number.NEGATIVE_INFINITY : Number(lufs);
}
