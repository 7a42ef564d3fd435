// What somebody may have meant: the known word that differs least from what was written.

/** Null when none is near: a third of the letters, and at most three, may be other ones. */
export function nearest(written: string, known: Iterable<string>): string | null {
  const most = Math.min(3, Math.floor(written.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const word of known) {
    const steps = Math.abs(word.length - written.length) > most ? least : distance(written, word);
    if (steps < least) [best, least] = [word, steps];
  }
  return best;
}

/** How many letters have to be put in, left out, replaced, or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + same,
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
