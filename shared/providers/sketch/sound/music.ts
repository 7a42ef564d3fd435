// A piece of music by mood: chords, a bass and a broken chord above them, added up from sines. The same for the same words and seed.
// It is made bar by bar, and twice: first to find out how loud it is, then to hand it out. No more than two bars of it ever lie in the memory.
import { setImmediate } from "node:timers/promises";
import type { Mood } from "../../../ports/wishes.ts";
import { between, type Chance, chanceOf } from "../chance.ts";
import { addTone, type Envelope, RATE, type Sound, type Tone } from "./tone.ts";
import { wavHeader, wavSamples } from "./wav.ts";

export { RATE };

export interface Piece {
  prompt: string;
  seed: number;
  /** From 0: several of one request are several pieces. */
  index: number;
  mood: Mood;
  durationSec: number;
}

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

/**
 * A WAV of two channels, `durationSec` long, that begins and ends in silence. Others have their turn after each tone. Rejects once the signal
 * has aborted, and so do its pieces.
 */
export async function openMusic(piece: Piece, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  let highest = 0;
  for await (const bar of barsOf(piece, signal)) highest = Math.max(highest, ...bar.map(peakOf));
  return handedOut(piece, highest === 0 ? 0 : PEAK / highest, signal);
}

async function* handedOut(piece: Piece, gain: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const samples = lengthOf(piece);
  yield wavHeader({ channels: 2, samples, rate: RATE });
  let from = 0;
  for await (const bar of barsOf(piece, signal)) {
    for (const channel of bar) settle(channel, { from, samples, gain });
    for (const bytes of wavSamples(bar)) {
      await setImmediate();
      signal.throwIfAborted();
      yield bytes;
    }
    from += bar[0].length;
  }
}

function lengthOf({ durationSec }: Piece): number {
  return Math.round(durationSec * RATE);
}

/** One after another; each is the caller's until it asks for the next. A tone may last into the bar after its own, and no longer. */
async function* barsOf(piece: Piece, signal: AbortSignal): AsyncGenerator<Sound> {
  const { prompt, seed, index, mood } = piece;
  const chance = chanceOf("music", prompt, seed, index, mood);
  const { root, bpm, chords } = keys[mood];
  const key = root + Math.floor(between(chance, -2, 3));
  const beat = Math.round((60 / bpm) * RATE);
  const barLength = BEATS_A_BAR * beat;
  const length = lengthOf(piece);
  const window: Sound = [new Float32Array(2 * barLength), new Float32Array(2 * barLength)];
  for (let bar = 0; bar * barLength < length; bar++) {
    const chord = (chords[bar % chords.length] ?? []).map((step) => key + step);
    for (const { start, length, tone, envelope } of tonesOf(chord, beat, chance)) {
      await setImmediate();
      signal.throwIfAborted();
      addTone(window, { start, length }, tone, envelope);
    }
    const [left, right] = window;
    const end = Math.min(barLength, length - bar * barLength);
    yield [left.subarray(0, end), right.subarray(0, end)];
    for (const samples of window) samples.copyWithin(0, barLength).fill(0, barLength);
  }
}

/** Where it begins in its bar, and how long it is: in samples. */
interface Played {
  start: number;
  length: number;
  tone: Tone;
  envelope: Envelope;
}

function* tonesOf(chord: readonly number[], beat: number, chance: Chance): Generator<Played> {
  for (const note of chord) yield* pad(note, beat);
  yield pluck((chord[0] ?? 60) - 24, { start: 0, seconds: 2.5, level: 0.3, side: 0.5 });
  for (let eighth = 0; eighth < 2 * BEATS_A_BAR; eighth++) {
    const note = chord[Math.floor(chance() * chord.length)] ?? 60;
    if (chance() >= 0.7) continue;
    const side = between(chance, 0.3, 0.7);
    yield pluck(note + 12, { start: Math.round((eighth * beat) / 2), seconds: 1, level: 0.12, side });
  }
}

/** Each note twice, a little apart, on either side; it swells and dies away. */
function* pad(note: number, beat: number): Generator<Played> {
  const sides = [
    [-3, 0.25],
    [3, 0.75],
  ] as const;
  for (const [cents, side] of sides) {
    const frequency = frequencyOf(note + cents / 100);
    yield {
      ...{ start: 0, length: Math.round((BEATS_A_BAR + 1.5) * beat) },
      tone: { frequency, side, level: 0.07, partials: [1, 0.4, 0.2, 0.1, 0.05] },
      envelope: { attack: beat, release: 1.5 * beat },
    };
  }
}

function pluck(
  note: number,
  { start, seconds, level, side }: { start: number; seconds: number; level: number; side: number },
): Played {
  return {
    ...{ start, length: seconds * RATE },
    tone: { frequency: frequencyOf(note), side, level, partials: [1, 0.5, 0.25] },
    envelope: { attack: 0.005 * RATE, release: 0.02 * RATE, lastsFor: (seconds * RATE) / 4 },
  };
}

function frequencyOf(note: number): number {
  return 440 * 2 ** ((note - 69) / 12);
}

function peakOf(samples: Float32Array): number {
  let highest = 0;
  for (const sample of samples) highest = Math.max(highest, Math.abs(sample));
  return highest;
}

/** As loud as any other piece, and without a click at either end. `from`: where in the piece its samples are. */
function settle(part: Float32Array, { from, samples, gain }: { from: number; samples: number; gain: number }): void {
  const fade = Math.min(FADE_SEC * RATE, samples / 4);
  for (let i = 0; i < part.length; i++) {
    const at = from + i;
    part[i] = (part[i] ?? 0) * gain * Math.min(1, at / fade, (samples - 1 - at) / fade);
  }
}
