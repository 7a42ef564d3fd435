// A label that stands in EXIF's user comment, as some write it. It is taken out without moving anything: EXIF is full of offsets.

/** A block of EXIF has no more; larger ones are passed on as they are. */
export const MAX_EXIF_BYTES = 65_536;

const SPACE = 0x20;
/** Each may read on to the block's end, to find the brace that closes. */
const MAX_TRIES = 8;
/** Between the word and its value: quotes, a colon, blanks. */
const MAX_GAP = 8;

/** The texts of the labels, and the same block with blanks in their place. */
export function takeExifLabels(exif: Buffer): { bytes: Buffer; found: string[] } {
  const text = exif.toString("latin1");
  const bytes = Buffer.from(exif);
  const found: string[] = [];
  let tries = 0;
  for (let at = text.indexOf("AIGC"); at >= 0 && tries < MAX_TRIES; at = text.indexOf("AIGC", at + 4)) {
    const gap = text.slice(at + 4, at + 5 + MAX_GAP).indexOf("{");
    if (gap < 0) continue;
    const brace = at + 4 + gap;
    tries += 1;
    const start = /^\{\s*"$/.test(text.slice(Math.max(0, at - 2), at)) ? at - 2 : at;
    const end = endOfObject(text, start === at ? brace : start);
    if (end === null) continue;
    found.push(text.slice(start, end));
    bytes.fill(SPACE, start, end);
    at = end;
  }
  return { bytes, found };
}

/** Behind the brace that closes the one at `start`; null when none does. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isText && character === "\\") at++;
    else if (character === '"') isText = !isText;
    else if (!isText && character === "{") depth++;
    else if (!isText && character === "}" && --depth === 0) return at + 1;
  }
  return null;
}
