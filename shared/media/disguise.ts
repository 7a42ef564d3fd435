// Files that are an image to one program and something else to another: a web page, a script, an archive, a document.
import type { Aside } from "./byte-reader.ts";

/**
 * What makes a browser or an interpreter take a file for its own, wherever it stands. With what has to follow the names: among 10 MB of
 * compressed data each stands by chance in less than one of 10,000 files.
 */
const markup =
  /<(?:html|head|body|script|iframe|object|embed)[\t\n\f\r />]|<svg[\t\n\f\r ]+[a-z>]|<!doctype[\t\n\f\r ]|<\?php[\t\n\r ]/i;

/** All marks of one archive; one of ZIP's two alone may be chance. Readers look for them from the end, or anywhere. */
const archives = [["PK\x01\x02", "PK\x05\x06"], ["Rar!\x1a\x07"], ["7z\xbc\xaf\x27\x1c"]];

/** Readers of PDF look for its mark in the first kilobyte: ISO 32000-1, implementation note 13. */
const PDF_MARK = "%PDF-";
const PDF_WITHIN_BYTES = 1024 + PDF_MARK.length;

/** What may stand across two chunks: more than the longest of the above, but for white space without end. */
const OVERLAP = 32;

/** In the place of what only tells of the picture: no part of any mark. */
const BLANK = "\0";

export interface Disguise {
  body: AsyncIterable<Uint8Array>;
  /** Behind the end of the body: a sentence that says what else the file is; null when it shows no sign of being more than an image. */
  reason(): string | null;
}

/**
 * Passes the bytes of an image through. `asides`: where it only tells of the picture, as far as is known when a chunk comes. A prompt, a note or
 * a workflow there may be written in markup, and is data; no text begins as an archive or a PDF does.
 */
export function watchForDisguise(source: AsyncIterable<Uint8Array>, asides: Aside[] = []): Disguise {
  const found = new Set<string>();
  let tail = "";
  let spokenTail = "";
  let position = 0;

  function look(chunk: Uint8Array): void {
    const start = position - tail.length;
    // One character for each byte.
    const text = tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const spoken = spokenTail + withoutAsides(text.slice(tail.length), position, asides);
    if (markup.test(spoken)) found.add("a web page or a script");
    if (isPdf(text, start)) found.add("a PDF document");
    for (const mark of archives.flat()) if (text.includes(mark)) found.add(mark);
    if (archives.some((marks) => marks.every((mark) => found.has(mark)))) found.add("an archive");
    tail = text.slice(-OVERLAP);
    spokenTail = spoken.slice(-OVERLAP);
    position += chunk.byteLength;
  }

  async function* watched() {
    for await (const chunk of source) {
      look(chunk);
      yield chunk;
    }
  }

  return {
    body: watched(),
    reason() {
      const what = disguises.find((name) => found.has(name));
      return what === undefined ? null : `The file is not only an image: it also has parts of ${what}.`;
    },
  };
}

/** `text` stands at `start` in the file. Forgets the asides that are passed. */
function withoutAsides(text: string, start: number, asides: Aside[]): string {
  const parts: string[] = [];
  let at = 0;
  let passed = 0;
  for (const aside of asides) {
    const from = Math.max(aside.start - start, at);
    const to = Math.min(aside.end - start, text.length);
    if (to > from) {
      parts.push(text.slice(at, from), BLANK);
      at = to;
    }
    if (aside.end - start <= text.length) passed += 1;
  }
  asides.splice(0, passed);
  return at === 0 ? text : parts.join("") + text.slice(at);
}

const disguises = ["a web page or a script", "a PDF document", "an archive"];

function isPdf(text: string, start: number): boolean {
  return start < PDF_WITHIN_BYTES && text.slice(0, PDF_WITHIN_BYTES - start).includes(PDF_MARK);
}
