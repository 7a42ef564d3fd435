// Where a subtitle's lines are broken: players and libass break Chinese nowhere, or in front of a comma.

/** What a line does not end with: it belongs to what follows. */
const opening = new Set("（《〈「『【〔“‘([{");
/** Behind these a line is best broken. */
const stops = new Set("，。！？；：、…—,.!?;:”’");

/** Chinese has no spaces: its words are known by a dictionary. */
const words = new Intl.Segmenter("zh", { granularity: "word" });

/**
 * Lines of at most `maxEms` each, as few as there can be: broken behind punctuation where that is possible, and else as alike as they can be. No word
 * is broken that is not longer than a line, and none begins with a comma. White space and line breaks of the text become single spaces.
 */
export function breakLines(text: string, maxEms: number): string[] {
  const pieces = piecesOf(text, maxEms);
  let best = linesOf(pieces, maxEms, false);
  let most = endsAtStops(best);
  for (let room = maxEms; room >= maxEms / 3; room -= 0.5) {
    for (const backToStops of [false, true]) {
      const tried = linesOf(pieces, room, backToStops);
      const fits = tried.length <= best.length && tried.every((line) => emsOf(line) <= maxEms);
      if (!fits || endsAtStops(tried) < most) continue;
      best = tried;
      most = endsAtStops(tried);
    }
  }
  return best;
}

/** About how wide it is, in squares of the letters' size: Chinese and full-width characters fill one. */
export function emsOf(text: string): number {
  let ems = 0;
  for (const character of text) ems += emsOfCharacter(character);
  return ems;
}

function emsOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x2e80 || "“”‘’…—".includes(character)) return 1;
  if (/[mwMW@%]/.test(character)) return 0.9;
  if (/\p{Lu}/u.test(character)) return 0.68;
  return /[ijlft.,;:!'|() ]/.test(character) ? 0.35 : 0.58;
}

/** A point that shortens a word, which goes on: "No. 5", "Mr. Li". */
const shortened = /(?:^|[^\p{L}])(?:No|Nr|Mr|Mrs|Ms|Dr|St|Prof|vs)\.$/u;

/** What is never broken: a word with the punctuation that sticks to it, and the space in front of it. */
function piecesOf(text: string, maxEms: number): string[] {
  const pieces: string[] = [];
  let isOpen = true;
  for (const { segment, isWordLike } of words.segment(text.trim().replace(/\s+/gu, " "))) {
    const last = pieces.length - 1;
    const sticks = isOpen || (!isWordLike && segment !== " " && !opening.has(segment));
    if (last >= 0 && (sticks || shortened.test(pieces[last] ?? ""))) pieces[last] += segment;
    else pieces.push(segment);
    isOpen = segment === " " || opening.has(segment);
  }
  return pieces.flatMap((piece) => cut(piece, maxEms));
}

function cut(piece: string, maxEms: number): string[] {
  if (emsOf(piece.trim()) <= maxEms) return [piece];
  const parts: string[] = [""];
  for (const character of piece) {
    if (emsOf(parts.at(-1) + character) > maxEms) parts.push("");
    parts[parts.length - 1] += character;
  }
  return parts;
}

/** As much as fits on each; `backToStops`: back to the last one, where that leaves the line more than a third full. */
function linesOf(pieces: readonly string[], maxEms: number, backToStops: boolean): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  for (const piece of pieces) {
    if (line.length === 0 || emsOf([...line, piece].join("").trim()) <= maxEms) {
      line.push(piece);
      continue;
    }
    const stop = line.findLastIndex((each) => stops.has(each.at(-1) ?? ""));
    const isFull = backToStops && stop >= 0 && emsOf(line.slice(0, stop + 1).join("")) >= maxEms / 3;
    const kept = isFull ? stop + 1 : line.length;
    lines.push(line.slice(0, kept).join("").trim());
    line = [...line.slice(kept), piece];
  }
  if (line.length > 0) lines.push(line.join("").trim());
  return lines.filter(Boolean);
}

/** How many of the breaks are good ones. */
export function endsAtStops(lines: readonly string[]): number {
  return lines.slice(0, -1).filter((line) => stops.has(line.at(-1) ?? "")).length;
}
