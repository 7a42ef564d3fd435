// How much is in a JSON text, known before any of it is made: a byte of text can become a hundred of memory, and then be looked at again and again.

/** What the largest body of any route may hold: the 4 KB of `metadata` can be 2,730 values, as `[],[],…`; beside them are some dozens at most. */
export const MAX_VALUES = 4000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** By byte: 1 where another value may begin (a comma, a bracket that opens), 2 where a string does. */
const kinds = new Uint8Array(256);
for (const mark of ",[{") kinds[mark.charCodeAt(0)] = 1;
kinds[QUOTE] = 2;

/**
 * Whether the text, which need not be JSON, could hold more than `max` values, keys that are given twice counted twice: each comma parts two,
 * and each bracket that opens is one itself. Reads no further than that.
 */
export function hasMoreValues(text: Uint8Array, max: number): boolean {
  const { length } = text;
  let count = 1;
  for (let at = 0; at < length && count <= max; at++) {
    const kind = kinds[text[at] ?? 0];
    if (kind === 1) count += 1;
    else if (kind === 2) at = endOfString(text, at);
  }
  return count > max;
}

/** Where the string that begins at `start` has its second quote; the end of the text when it has none. */
function endOfString(text: Uint8Array, start: number): number {
  const { length } = text;
  let at = start + 1;
  while (at < length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
