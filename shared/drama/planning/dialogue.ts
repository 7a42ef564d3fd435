// What is said in a scene: no more than there is time for. What is too long loses its last sentences, then it is left out; the rest stays word for word.
import { FRAMES_PER_SECOND } from "../../ports/assembly.ts";
import type { Language } from "../../ports/wishes.ts";
import { shotLimits } from "../shots.ts";
import { readingMs, timesOf } from "../times.ts";
import { limits } from "../wish.ts";
import { mostLetters, mostLines } from "./bounds.ts";
import { plain } from "./plain.ts";

export interface SaidLine {
  /** `e1s2l4`: by its place in the screenplay, also where lines before it are left out. */
  id: string;
  character: string;
  text: string;
}

export interface ShotOfLines {
  /** Whole seconds. */
  durationSec: number;
  lines: readonly SaidLine[];
}

/** Lengths that are no whole frames are rounded to them. */
const FRAME_MS = 1000 / FRAMES_PER_SECOND;

/** Of each shot. Together they take as long as the scene, by how long it takes to say them. */
export function speakable(shots: readonly ShotOfLines[], language: Language): SaidLine[][] {
  const sceneSec = shots.reduce((sum, { durationSec }) => sum + durationSec, 0);
  let said = shots.map(({ lines }) => lines.map(spoken).filter(({ text }) => /[\p{L}\p{N}]/u.test(text)));
  const times = new Map<string, number>();
  const msOf = ({ text }: SaidLine) => {
    const known = times.get(text) ?? readingMs(text);
    times.set(text, known);
    return known;
  };
  const isRight = () => {
    const all = said.flat();
    if (all.length === 0) return true;
    const letters = all.reduce((sum, { text }) => sum + text.length, 0);
    if (all.length > mostLines(sceneSec) || letters > mostLetters(sceneSec, language)) return false;
    return (
      said.every((lines) => lines.length <= shotLimits.lines) &&
      lengthOf(shots, said, msOf) <= sceneSec * 1000 + FRAME_MS
    );
  };
  while (!isRight()) {
    const crowded = said.find((lines) => lines.length > shotLimits.lines) ?? said.flat();
    const longest = crowded.reduce((a, b) => (msOf(b) > msOf(a) ? b : a));
    const isTooMany = crowded.length > shotLimits.lines || said.flat().length > mostLines(sceneSec);
    const shorter = isTooMany ? null : shortened(longest);
    said = said.map((lines) => lines.flatMap((line) => (line === longest ? (shorter ?? []) : line)));
  }
  return said;
}

function spoken(line: SaidLine): SaidLine {
  return { ...line, text: plain(line.text, limits.line) };
}

function lengthOf(
  shots: readonly ShotOfLines[],
  said: readonly SaidLine[][],
  msOf: (line: SaidLine) => number,
): number {
  const planned = shots.map(({ durationSec }, i) => ({
    durationMs: durationSec * 1000,
    lines: (said[i] ?? []).map((line) => ({ text: line.text, spokenMs: msOf(line) })),
  }));
  return timesOf(planned).durationMs;
}

/** Without its last sentence, or its last clause where it is one sentence; null when it is one clause. */
function shortened(line: SaidLine): SaidLine | null {
  for (const pattern of [/[^。！？.!?…]+[。！？.!?…]+[”’]*\s*/gu, /[^，；：,;:]+[，；：,;:]+\s*/gu]) {
    const parts = line.text.match(pattern) ?? [];
    const text = (parts.join("") === line.text ? parts.slice(0, -1) : parts).join("").replace(/[\s，；：,;:]+$/u, "");
    if (/[\p{L}\p{N}]/u.test(text)) return { ...line, text };
  }
  return null;
}
