// Chance that can be had again: name the seed, and the same things happen.

export interface Chance {
  /** 0 or more, less than `below`. */
  next(below: number): number;
  shuffled<T>(all: readonly T[]): T[];
}

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  function next(below: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }
  return {
    next,
    shuffled: (all) =>
      all
        .map((one) => ({ one, place: next(2 ** 30) }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ one }) => one),
  };
}
