// Seeds that follow from what is made: they stay when something else is edited, added or left out.

/** 0 to 2^31 - 1, which every vendor takes; FNV-1a. `again`: another one. */
export function seedOf(seed: number, words: string, again: boolean): number {
  let hash = 0x811c9dc5;
  for (const unit of `${seed}${again ? "'" : ""}/${words}`) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}
