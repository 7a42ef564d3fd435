// Subtitles: what is shown of each line and when, and the files that players read.
import type { FrameSize, TimedLine } from "../ports/assembly.ts";
import { breakLines, emsOf, endsAtStops } from "./break-lines.ts";

/** What is shown at once: at most two lines. */
export interface Cue {
  fromMs: number;
  toMs: number;
  lines: readonly string[];
}

const MOST_LINES = 2;
const SHORTEST_CUE_MS = 300;

/** Pixels of the letters' square, as they are burnt into a film of this size: about a nineteenth of its shorter side. */
export function letterSize({ width, height }: FrameSize): number {
  return Math.max(12, Math.round(0.054 * Math.min(width, height) * (width < height ? 1.15 : 1)));
}

/** How many squares fit on a line: nine tenths of the width, and never more than the eye takes in at once. */
export function lineEms(size: FrameSize): number {
  return Math.max(6, Math.min(24, Math.floor((0.88 * size.width) / letterSize(size))));
}

/** A line that takes more room than there is becomes several cues, each as long as its share of the words. None overlaps the next one. */
export function cuesOf(lines: readonly TimedLine[], size: FrameSize): Cue[] {
  const sorted = lines.filter(({ text }) => /\S/.test(text)).toSorted((a, b) => a.fromMs - b.fromMs);
  return sorted.flatMap(({ fromMs, toMs, text }, i) => {
    const next = sorted[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const end = Math.min(Math.max(toMs, fromMs + SHORTEST_CUE_MS), Math.max(next, fromMs + 1));
    return shared(pagesOf(text, size), fromMs, end);
  });
}

/** As few as there can be; of as many those that end with a part of the sentence, and that are as alike as they can be. */
function pagesOf(text: string, size: FrameSize): string[][] {
  const ems = lineEms(size);
  const lines = breakLines(text, ems);
  if (lines.length <= MOST_LINES) return [lines];
  const tried = Array.from({ length: 2 * ems }, (_, i) => breakLines(text, ems + i / 2)).map((parts) => ({
    pages: parts.map((part) => breakLines(part, ems)),
    stops: endsAtStops(parts),
  }));
  const fitting = tried.filter(({ pages }) => pages.every((page) => page.length <= MOST_LINES));
  const [best] = fitting.toSorted((a, b) => a.pages.length - b.pages.length || b.stops - a.stops);
  return best?.pages ?? lines.map((line) => [line]);
}

function shared(pages: readonly string[][], fromMs: number, toMs: number): Cue[] {
  const shares = pages.map((lines) => emsOf(lines.join("")));
  const all = shares.reduce((sum, share) => sum + share, 0) || 1;
  let passed = 0;
  return pages.map((lines, i) => {
    const from = fromMs + Math.round(((toMs - fromMs) * passed) / all);
    passed += shares[i] ?? 0;
    return { fromMs: from, toMs: fromMs + Math.round(((toMs - fromMs) * passed) / all), lines };
  });
}

/** SubRip. What players would take for markup is written with other signs. */
export function srtOf(cues: readonly Cue[]): string {
  return cues
    .map(
      ({ fromMs, toMs, lines }, i) =>
        `${i + 1}\n${clock(fromMs, ",")} --> ${clock(toMs, ",")}\n${lines.map(withoutMarkup).join("\n")}\n`,
    )
    .join("\n");
}

/** WebVTT. https://www.w3.org/TR/webvtt1/ */
export function vttOf(cues: readonly Cue[]): string {
  const blocks = cues.map(
    ({ fromMs, toMs, lines }) => `${clock(fromMs, ".")} --> ${clock(toMs, ".")}\n${lines.map(escaped).join("\n")}\n`,
  );
  return ["WEBVTT\n", ...blocks].join("\n");
}

function withoutMarkup(line: string): string {
  return line.replaceAll("<", "‹").replaceAll(">", "›").replaceAll("{", "(").replaceAll("}", ")");
}

function escaped(line: string): string {
  return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function clock(ms: number, point: "," | "."): string {
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ];
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${point}${String(ms % 1000).padStart(3, "0")}`;
}
