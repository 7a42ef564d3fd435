// What a line of the ledger is for, in the page's words: what the server says of it is English.
import type { en } from "./en.ts";

type Texts = typeof en;

/** Whoever changes the server's words changes nothing but how much is said here. */
const known: readonly [RegExp, (t: Texts, ...found: string[]) => string][] = [
  [/^Welcome$/, (t) => t.credits.lines.welcome],
  [/^Code redeemed$/, (t) => t.credits.lines.code],
  [/^Production$/, (t) => t.credits.lines.film],
  [/^Credits of a production given back$/, (t) => t.credits.lines.filmBack],
  [/^(\w+) job with (.+)$/, (t, kind = "", provider = "") => t.credits.lines.job(kindWords(t, kind), provider)],
  [/^Credits of an? (\w+) job given back$/, (t, kind = "") => t.credits.lines.jobBack(kindWords(t, kind))],
  [/^Credits given back$/, (t) => t.credits.lines.back],
  [/^Bought: (.+)$/, (t, name = "") => t.credits.lines.bought(name)],
];

/** What nobody knows here, such as an operator's reason for a gift, is said as it is. */
export function lineWords(t: Texts, said: string): string {
  for (const [pattern, words] of known) {
    const found = pattern.exec(said);
    if (found) return words(t, ...found.slice(1));
  }
  return said;
}

function kindWords(t: Texts, kind: string): string {
  return t.credits.kinds[kind.toLowerCase()] ?? kind;
}
