// How long scenes and shots are: in whole seconds that the model of videos can make, so that little is paid for and thrown away.
import { shotLimits } from "../shots.ts";
import { sharedOut } from "../wish.ts";
import { LONGEST_SCENE_SEC } from "./bounds.ts";

/** Whole seconds that can be made, the shortest first; empty: any. */
export type Durations = readonly number[];

/** The longest scene that there can be shots for. */
export function longestScene(durations: Durations): number {
  return Math.min(LONGEST_SCENE_SEC, shotLimits.shots * longestOf(durations));
}

/** The scenes of an episode, none longer than `most`; the time of those that were goes to the others. They are as long together as before, or `most` each. */
export function bounded(scenes: readonly number[], most: number): number[] {
  const lengths = scenes.map((sec) => Math.min(Math.max(1, Math.round(sec)), most));
  let excess = scenes.reduce((sum, sec) => sum + Math.max(1, Math.round(sec)), 0) - sumOf(lengths);
  while (excess > 0) {
    const shortest = lengths.indexOf(Math.min(...lengths));
    if ((lengths[shortest] ?? most) >= most) return lengths;
    lengths[shortest] = (lengths[shortest] ?? 0) + 1;
    excess -= 1;
  }
  return lengths;
}

/** As long together as the episode was to be, whatever a writer says. */
export function shared(durationSec: number, scenes: readonly number[]): number[] {
  const isRight = sumOf(scenes) === durationSec && scenes.every((sec) => Number.isInteger(sec) && sec >= 3);
  return isRight
    ? [...scenes]
    : sharedOut(
        durationSec,
        scenes.map((sec) => (Number.isFinite(sec) ? sec : 0)),
      );
}

/** Of so many shots: together as long as the scene. Null where whole seconds that can be made do not do it. */
export function shotLengths(sceneSec: number, count: number, durations: Durations): number[] | null {
  if (durations.length === 0 || !Number.isInteger(sceneSec) || sceneSec < count) return null;
  if (count * longestOf(durations) < sceneSec) return null;
  const fitting = durations.filter((sec) => sec <= sceneSec / count).at(-1) ?? durations[0] ?? 1;
  const made = Array.from({ length: count }, () => fitting);
  for (let i = 0; sumOf(made) < sceneSec; i++) {
    const before = made[i % count] ?? fitting;
    made[i % count] = durations.find((sec) => sec > before) ?? before;
  }
  return shortened(made, sumOf(made) - sceneSec);
}

/** What the model is asked for: the shortest that is long enough, else the longest that there is. */
export function madeLength(shotSec: number, durations: Durations): number {
  return durations.find((sec) => sec >= shotSec) ?? (durations.length > 0 ? longestOf(durations) : shotSec);
}

/** What is shorter than that; null when nothing is. */
export function shorterLength(sec: number, durations: Durations): number | null {
  return durations.filter((each) => each < sec).at(-1) ?? null;
}

/** Second by second off the longest, the last one first. */
function shortened(made: readonly number[], seconds: number): number[] {
  const lengths = [...made];
  for (let left = seconds; left > 0; left--) {
    const longest = lengths.lastIndexOf(Math.max(...lengths));
    lengths[longest] = (lengths[longest] ?? 1) - 1;
  }
  return lengths;
}

function longestOf(durations: Durations): number {
  return durations.at(-1) ?? LONGEST_SCENE_SEC;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
