// What is said in a scene, as one sound: each line from the very sample on which it begins, and silence between.
import type { CutLine } from "../../ports/assembly.ts";
import { SAMPLES_PER_SECOND } from "../../ports/assembly.ts";
import { SAMPLES_PER_FRAME, toSound } from "./form.ts";
import { reading, type Work } from "./work.ts";

export interface Speech {
  /** For ffmpeg's command line. */
  inputs: readonly string[];
  /** A graph that ends in `[sound]`, where the first of the inputs has this number. */
  graphFrom(first: number): string;
}

/** As long as so many frames. Lines follow each other, so that they are joined, not mixed: no two of them can be heard at once. */
export async function speechOf(work: Work, lines: readonly CutLine[], frames: number): Promise<Speech> {
  const end = frames * SAMPLES_PER_FRAME;
  const spoken = lines.flatMap(({ sound, fromMs }) => (sound === null ? [] : [{ sound, from: samplesIn(fromMs) }]));
  const heard = spoken.filter(({ from }) => from < end);
  const inputs: string[] = [];
  for (const { sound } of heard) inputs.push(...reading(work.inputs[sound], await work.bring(sound)));
  const slots = heard.map(({ from }, i) => (heard[i + 1]?.from ?? end) - from);
  const before = heard[0]?.from ?? end;
  return {
    inputs,
    graphFrom(first) {
      const pieces = [
        ...(before > 0 ? [`anullsrc=r=${SAMPLES_PER_SECOND}:cl=stereo,${toSound},atrim=end_sample=${before}`] : []),
        ...slots.map(
          (samples, i) => `[${first + i}:a:0]${toSound},asetpts=PTS-STARTPTS,apad,atrim=end_sample=${samples}`,
        ),
      ];
      if (pieces.length === 1) return `${pieces[0]}[sound]`;
      const named = pieces.map((piece, i) => `${piece}[piece${i}]`);
      const all = pieces.map((_, i) => `[piece${i}]`).join("");
      return [...named, `${all}concat=n=${pieces.length}:v=0:a=1[sound]`].join(";");
    },
  };
}

function samplesIn(ms: number): number {
  return Math.round((ms * SAMPLES_PER_SECOND) / 1000);
}
