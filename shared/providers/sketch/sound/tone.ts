// One tone, added to what sounds already: a few partials of one frequency, which swell and die away.

/** Left and right. */
export type Sound = readonly [Float32Array, Float32Array];

export interface Tone {
  /** Hertz. */
  frequency: number;
  /** 0 is left, 1 is right. */
  side: number;
  level: number;
  /** How strong each multiple of the frequency is: five at most. */
  partials: readonly [number, number?, number?, number?, number?];
}

/** All in samples. */
export interface Envelope {
  attack: number;
  release: number;
  /** After which it is e times as soft as before; absent: it stays as loud as it is. */
  lastsFor?: number;
}

export const RATE = 48_000;

/**
 * Adds samples of what fits in, from `start` on. No sine is asked for per sample: the next angle is the last one turned a little, and the
 * partials follow from it by Clenshaw's recurrence.
 */
export function addTone(
  [left, right]: Sound,
  { start, length }: { start: number; length: number },
  { frequency, side, level, partials }: Tone,
  { attack, release, lastsFor = Number.POSITIVE_INFINITY }: Envelope,
): void {
  const step = (2 * Math.PI * frequency) / RATE;
  const [stepSine, stepCosine] = [Math.sin(step), Math.cos(step)];
  const fading = Math.exp(-1 / lastsFor);
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = partials;
  const [rising, falling] = [1 / attack, 1 / release];
  const count = Math.min(left.length - start, length);
  let sine = 0;
  let cosine = 1;
  let loud = level;
  for (let at = 0; at < count; at++) {
    const twice = 2 * cosine;
    const four = d + twice * e;
    const three = c + twice * four - e;
    const two = b + twice * three - four;
    const one = a + twice * two - three;
    const value = one * sine * loud * Math.min(1, at * rising, (length - at) * falling);
    const i = start + at;
    left[i] = (left[i] ?? 0) + value * (1 - side);
    right[i] = (right[i] ?? 0) + value * side;
    const turned = sine * stepCosine + cosine * stepSine;
    cosine = cosine * stepCosine - sine * stepSine;
    sine = turned;
    loud *= fading;
  }
}
