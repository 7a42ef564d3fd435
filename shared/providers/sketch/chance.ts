// Numbers that look random and are always the same for the same words.
import { createHash } from "node:crypto";

/** 0 ≤ x < 1, anew with each call. */
export type Chance = () => number;

/** The generator sfc32 (Chris Doty-Humphrey, PractRand), started from the SHA-256 of the words. */
export function chanceOf(...words: (string | number)[]): Chance {
  const digest = createHash("sha256").update(JSON.stringify(words)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let count = digest.readInt32LE(12);
  return () => {
    const sum = (a + b + count++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

export function between(chance: Chance, min: number, max: number): number {
  return min + chance() * (max - min);
}
