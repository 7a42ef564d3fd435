// What screenplays may be, and how an episode's time is shared: counts and lengths are the caller's, and no writer's to change.
import type { Language } from "../ports/wishes.ts";

/** What a production can make of a screenplay; the longest ones still fit into one answer of a language model, or into several. */
export const limits = {
  episodes: 20,
  scenes: 10,
  characters: 12,
  /** In a scene: six shots, four lines each. */
  lines: 24,
  /** Seconds of an episode. */
  shortestEpisode: 10,
  longestEpisode: 600,
  /** Characters of each text. */
  title: 80,
  name: 40,
  sentence: 600,
  line: 200,
} as const;

/** A scene needs a few seconds to be one. */
export const SHORTEST_SCENE_SEC = 3;

/** The language that a text is written in: Chinese as soon as a tenth of its letters are. */
export function languageOf(text: string): Language {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const chinese = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return chinese > 0 && chinese * 10 >= letters ? "zh" : "en";
}

/** How long each scene is, in whole seconds: together as long as the episode. `weights`: how much time each one wants. */
export function sharedOut(durationSec: number, weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + Math.max(weight, 0), 0);
  const free = durationSec - SHORTEST_SCENE_SEC * weights.length;
  let owed = 0;
  return weights.map((weight) => {
    const share = all > 0 ? Math.max(weight, 0) / all : 1 / weights.length;
    const before = Math.round(owed);
    owed += free * share;
    return SHORTEST_SCENE_SEC + Math.round(owed) - before;
  });
}
