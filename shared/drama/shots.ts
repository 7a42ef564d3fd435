// How a scene is filmed: its shots, by rule. The same scene has the same shots, and what is said in it does not matter, only how often and by
// whom: so a line can be written anew without a picture becoming another one.
import type { Scene } from "./screenplay.ts";

export interface PlannedShot {
  /** What is seen. */
  seen: string;
  /** Ids of who is seen. */
  characters: string[];
  /** Whole seconds, unless the scene has fewer seconds than it needs shots. */
  durationSec: number;
  /** How many of the scene's lines are spoken in it: those behind the ones of the shots before it. */
  lines: number;
}

export const shotLimits = {
  /** In a scene. */
  shots: 6,
  /** In a shot. */
  lines: 4,
  /** Seconds that models make well. */
  shortest: 2,
  longest: 8,
} as const;

/** What most shots last. */
const USUAL_SEC = 5;

export type Filmed = Pick<Scene, "action" | "durationSec" | "characters" | "lines">;

/** 1 to 6 shots, together as long as the scene and with all of its lines. 2 to 8 s each where its length and its lines allow that. */
export function planShots(scene: Filmed): PlannedShot[] {
  const count = countOf(scene);
  const lengths = lengthsOf(scene.durationSec, count);
  const seen = seenIn(scene.action, count);
  return lengths.map((durationSec, i) => {
    const [from, to] = [share(scene.lines.length, count, i), share(scene.lines.length, count, i + 1)];
    const speakers = new Set(scene.lines.slice(from, to).map(({ character }) => character));
    return { seen: seen[i] ?? scene.action, characters: seenOf(scene, speakers, i), durationSec, lines: to - from };
  });
}

function countOf({ durationSec, lines }: Filmed): number {
  const { shots, lines: mostLines, shortest, longest } = shotLimits;
  const forLines = Math.ceil(lines.length / mostLines);
  const most = Math.min(shots, Math.max(1, Math.floor(durationSec / shortest)));
  const fewest = Math.min(most, Math.max(1, Math.ceil(durationSec / longest)));
  const wanted = Math.min(most, Math.max(fewest, Math.round(durationSec / USUAL_SEC)));
  // What is said has to be said somewhere, however short the shots become.
  return Math.min(shots, Math.max(wanted, forLines));
}

/** As even as whole seconds can be. */
function lengthsOf(durationSec: number, count: number): number[] {
  const unit = durationSec >= count ? 1 : 0.01;
  const units = Math.round(durationSec / unit);
  return Array.from({ length: count }, (_, i) => {
    const own = share(units, count, i + 1) - share(units, count, i);
    return Number((own * unit).toFixed(2));
  });
}

/** How many of `all` belong to the first `i` of `count`. */
function share(all: number, count: number, i: number): number {
  return Math.floor((all * i) / count);
}

/** The first shot shows everybody, the others who speaks in them. Whoever is only heard is not seen. */
function seenOf({ characters }: Filmed, speakers: ReadonlySet<string>, i: number): string[] {
  const speaking = characters.filter((id) => speakers.has(id));
  return i === 0 || speaking.length === 0 ? [...characters] : speaking;
}

/** The sentences of the action in their order; where there are fewer than shots, one is seen for longer. */
function seenIn(action: string, count: number): string[] {
  const sentences = [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(action)]
    .map(({ segment }) => segment)
    .filter((sentence) => sentence.trim() !== "");
  if (sentences.length === 0) return Array.from({ length: count }, () => action);
  return Array.from({ length: count }, (_, i) => {
    const from = share(sentences.length, count, i);
    return sentences
      .slice(from, Math.max(from + 1, share(sentences.length, count, i + 1)))
      .join("")
      .trim();
  });
}
