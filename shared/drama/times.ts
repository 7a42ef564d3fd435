// When each line is said, and how long each shot really is: by how long the lines turned out to be. One account for pictures, subtitles and music.
import { FRAMES_PER_SECOND, type TimedLine } from "../ports/assembly.ts";
import { languageOf } from "./wish.ts";

export interface PlannedShot {
  /** As it was wanted. */
  durationMs: number;
  lines: readonly PlannedLine[];
}

export interface PlannedLine {
  text: string;
  /** As it was measured. Null: nobody speaks, and it takes as long as it takes to read. */
  spokenMs: number | null;
}

export interface TimedScene {
  durationMs: number;
  shots: readonly TimedShot[];
}

/** From the beginning of the scene, as the times of its lines are. */
export interface TimedShot {
  fromMs: number;
  durationMs: number;
  lines: readonly TimedLine[];
}

/** Before the first line of a shot, between two, and behind the last one. */
const LEAD_MS = 250;
const GAP_MS = 200;
const TAIL_MS = 350;
/** What a shot keeps of its wanted length when others need its time: half, and so much at least. */
const KEPT_SHARE = 0.5;
const SHORTEST_SHOT_MS = 1500;

/**
 * No shot ends before its lines do, nor do two lines overlap. What speech takes more than was wanted is taken from shots of the scene that have
 * time to spare, and only then from the length of the film. Everything but a line's end falls on a frame.
 */
export function timesOf(shots: readonly PlannedShot[]): TimedScene {
  const lengths = lengthsOf(shots);
  let at = 0;
  const timed = shots.map(({ lines }, i): TimedShot => {
    const [from, to] = [onFrame(at), onFrame(at + (lengths[i] ?? 0))];
    at += lengths[i] ?? 0;
    return { fromMs: from, durationMs: msOf(framesIn(to) - framesIn(from)), lines: said(lines, from) };
  });
  return { durationMs: onFrame(at), shots: timed };
}

/** Scenes one after the other: when each line is said in the film. */
export function inOneFilm(scenes: readonly TimedScene[]): { durationMs: number; lines: TimedLine[] } {
  const lines: TimedLine[] = [];
  let frames = 0;
  for (const { durationMs, shots } of scenes) {
    const fromMs = msOf(frames);
    const shifted = shots.flatMap((shot) => shot.lines).map((line) => shiftedBy(line, fromMs));
    lines.push(...shifted);
    frames += framesIn(durationMs);
  }
  return { durationMs: msOf(frames), lines };
}

/** How long it takes to read it: about four Chinese characters, or fourteen letters, in a second. */
export function readingMs(text: string): number {
  const isChinese = languageOf(text) === "zh";
  const letters = text.match(isChinese ? /[\p{L}\p{N}]/gu : /[\p{L}\p{N} ]/gu)?.length ?? 0;
  const pauses = text.match(/[，。！？；、,.!?;:…]/gu)?.length ?? 0;
  return Math.max(600, Math.round((1000 * letters) / (isChinese ? 4 : 14) + 200 * pauses));
}

export function framesIn(ms: number): number {
  return Math.round((ms * FRAMES_PER_SECOND) / 1000);
}

/** Rounded: `framesIn` of it is the same number again. */
export function msOf(frames: number): number {
  return Math.round((frames * 1000) / FRAMES_PER_SECOND);
}

function onFrame(ms: number): number {
  return msOf(framesIn(ms));
}

function shiftedBy({ fromMs, toMs, text }: TimedLine, ms: number): TimedLine {
  return { fromMs: fromMs + ms, toMs: toMs + ms, text };
}

function lengthsOf(shots: readonly PlannedShot[]): number[] {
  const needed = shots.map(neededMs);
  const longer = shots.map(({ durationMs }, i) => Math.max(durationMs, needed[i] ?? 0));
  const spare = shots.map(({ durationMs }, i) => {
    const kept = Math.max(needed[i] ?? 0, KEPT_SHARE * durationMs, Math.min(SHORTEST_SHOT_MS, durationMs));
    return Math.max(0, (longer[i] ?? 0) - kept);
  });
  const excess = sumOf(longer) - sumOf(shots.map(({ durationMs }) => durationMs));
  const share = Math.min(1, excess / Math.max(1, sumOf(spare)));
  return longer.map((ms, i) => ms - share * (spare[i] ?? 0));
}

function neededMs({ lines }: PlannedShot): number {
  if (lines.length === 0) return 0;
  return LEAD_MS + sumOf(lines.map(msOfLine)) + GAP_MS * (lines.length - 1) + TAIL_MS;
}

function said(lines: readonly PlannedLine[], shotFromMs: number): TimedLine[] {
  let at = shotFromMs + LEAD_MS;
  return lines.map((line) => {
    const fromMs = onFrame(at);
    const toMs = fromMs + msOfLine(line);
    at = toMs + GAP_MS;
    return { fromMs, toMs, text: line.text };
  });
}

function msOfLine({ text, spokenMs }: PlannedLine): number {
  return spokenMs ?? readingMs(text);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
