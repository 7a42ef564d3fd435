// A piece of music by mood: chords, a bass and a broken chord above them, added up from sines. The same for the same words and seed.
import { setImmediate } from "node:timers/promises";
import type { Mood } from "../../../ports/wishes.ts";
import { between, type Chance, chanceOf } from "../chance.ts";

export interface Piece {
  prompt: string;
  seed: number;
  /** From 0: several of one request are several pieces. */
  index: number;
  mood: Mood;
  durationSec: number;
}

export const RATE = 48_000;

/** Roots are MIDI notes; chords are steps from the root, four to a turn. */
const keys: Readonly<Record<Mood, { root: number; bpm: number; chords: readonly (readonly number[])[] }>> = {
  calm: {
    root: 57,
    bpm: 66,
    chords: [
      [0, 4, 7],
      [9, 12, 16],
      [5, 9, 12],
      [7, 11, 14],
    ],
  },
  tense: {
    root: 50,
    bpm: 84,
    chords: [
      [0, 3, 7],
      [1, 5, 8],
      [0, 3, 7],
      [-2, 2, 5],
    ],
  },
  joy: {
    root: 60,
    bpm: 104,
    chords: [
      [0, 4, 7],
      [7, 11, 14],
      [9, 12, 16],
      [5, 9, 12],
    ],
  },
  sad: {
    root: 53,
    bpm: 58,
    chords: [
      [0, 3, 7],
      [8, 12, 15],
      [3, 7, 10],
      [-2, 2, 5],
    ],
  },
};

const BEATS_A_BAR = 4;
const FADE_SEC = 1.5;
const PEAK = 0.5;

/** Two channels, `durationSec` long, that begin and end in silence. Others have their turn after each bar; rejects once the signal has aborted. */
export async function compose({ prompt, seed, index, mood, durationSec }: Piece, signal: AbortSignal): Promise<Sound> {
  const chance = chanceOf("music", prompt, seed, index, mood);
  const { root, bpm, chords } = keys[mood];
  const key = root + Math.floor(between(chance, -2, 3));
  const length = Math.round(durationSec * RATE);
  const sound: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)];
  const beat = (60 / bpm) * RATE;
  for (let bar = 0; bar * BEATS_A_BAR * beat < length; bar++) {
    await setImmediate();
    signal.throwIfAborted();
    const start = bar * BEATS_A_BAR * beat;
    const chord = (chords[bar % chords.length] ?? []).map((step) => key + step);
    pad(sound, chord, start, beat);
    pluck(sound, (chord[0] ?? key) - 24, { start, seconds: 2.5, level: 0.3, side: 0.5 });
    arpeggio(sound, chord, { start, beat, chance });
  }
  settle(sound);
  return sound;
}

type Sound = readonly [Float32Array, Float32Array];

/** Each note twice, a little apart, on either side; it swells and dies away. */
function pad(sound: Sound, chord: readonly number[], start: number, beat: number): void {
  const length = (BEATS_A_BAR + 1.5) * beat;
  for (const note of chord) {
    for (const [cents, side] of [
      [-3, 0.25],
      [3, 0.75],
    ] as const) {
      add(
        sound,
        start,
        length,
        { frequency: frequencyOf(note + cents / 100), side, level: 0.07, partials: [1, 0.4, 0.2, 0.1, 0.05] },
        (at) => Math.min(1, at / beat, Math.max(0, (length - at) / (1.5 * beat))),
      );
    }
  }
}

function arpeggio(
  sound: Sound,
  chord: readonly number[],
  { start, beat, chance }: { start: number; beat: number; chance: Chance },
): void {
  for (let eighth = 0; eighth < 2 * BEATS_A_BAR; eighth++) {
    const note = chord[Math.floor(chance() * chord.length)] ?? 60;
    if (chance() < 0.7)
      pluck(sound, note + 12, {
        start: start + (eighth * beat) / 2,
        seconds: 1,
        level: 0.12,
        side: between(chance, 0.3, 0.7),
      });
  }
}

function pluck(
  sound: Sound,
  note: number,
  { start, seconds, level, side }: { start: number; seconds: number; level: number; side: number },
): void {
  const attack = 0.005 * RATE;
  add(
    sound,
    start,
    seconds * RATE,
    { frequency: frequencyOf(note), side, level, partials: [1, 0.5, 0.25] },
    (at) => Math.min(1, at / attack) * Math.exp((-4 * at) / (seconds * RATE)),
  );
}

interface Tone {
  frequency: number;
  /** 0 is left, 1 is right. */
  side: number;
  level: number;
  /** How strong each multiple of the frequency is. */
  partials: readonly number[];
}

function add([left, right]: Sound, start: number, length: number, tone: Tone, envelope: (at: number) => number): void {
  const { frequency, side, level, partials } = tone;
  const from = Math.round(start);
  const to = Math.min(left.length, Math.round(start + length));
  const step = (2 * Math.PI * frequency) / RATE;
  for (let i = from; i < to; i++) {
    const at = i - from;
    let value = 0;
    for (const [k, strength] of partials.entries()) value += strength * Math.sin((k + 1) * step * at);
    value *= level * envelope(at);
    left[i] = (left[i] ?? 0) + value * (1 - side);
    right[i] = (right[i] ?? 0) + value * side;
  }
}

function frequencyOf(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

/** As loud as any other piece, and without a click at either end. */
function settle(sound: Sound): void {
  let highest = 0;
  for (const samples of sound) for (const sample of samples) highest = Math.max(highest, Math.abs(sample));
  const gain = highest === 0 ? 0 : PEAK / highest;
  for (const samples of sound) {
    const fade = Math.min(FADE_SEC * RATE, samples.length / 4);
    for (let i = 0; i < samples.length; i++) {
      const edge = Math.min(1, i / fade, (samples.length - 1 - i) / fade);
      samples[i] = (samples[i] ?? 0) * gain * edge;
    }
  }
}
