// What somebody else has written, as plain words: whatever of it could be an address, markup or a command to a model is taken out.

/** Commands behind two dashes (Ark), tags of references (Runway), weights and markup (many): none of their signs is needed to say something. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/(?:[a-z0-9+.-]*:\/\/|www\.|data:[\w/+.-]*[;,])[!-~]*/giu, " "],
  [/[\w-]+(?:\.[\w-]+)+\/[!-~]*/gu, " "],
  [/<[^<>]*>/gu, " "],
  [/-{2,}/gu, "–"],
  [/"/gu, "”"],
  [/[\p{C}\p{Z}\s<>{}[\]\\`|@#*_^~]+/gu, " "],
];

/** What came of texts: every way to make a picture asks for the same ones, and every look at a film makes its plan again. Emptied when it is full. */
const known = new Map<string, string>();
const MOST_KNOWN = 1000;

/** At most `most` UTF-16 units, which no vendor counts lower; a word is left out rather than cut. May be empty. */
export function plain(text: string, most: number): string {
  const words = cleaned(text);
  if (words.length <= most) return words;
  const cut = words.slice(0, Math.max(0, most)).replace(/[\uD800-\uDBFF]$/u, "");
  const whole = cut.replace(/\s+\S*$/u, "");
  return (whole.length > most / 2 ? whole : cut).trim();
}

function cleaned(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const words = rules.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text.normalize()).trim();
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, words);
  return words;
}

/** As many of the pieces, the most important first, as there is room for. */
export function joined(pieces: readonly string[], most: number): string {
  let said = "";
  for (const piece of pieces) {
    const longer = said === "" ? piece : `${said} ${piece}`;
    if (piece !== "" && longer.length <= most) said = longer;
  }
  return said === "" ? (pieces[0] ?? "").slice(0, most) : said;
}
