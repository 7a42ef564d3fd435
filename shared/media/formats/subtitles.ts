// Subtitles: SubRip, and WebVTT (https://www.w3.org/TR/webvtt1/). Texts whose cues have times that follow each other.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import type { Facts, Format } from "./format.ts";

/** Far more than what is said in any film. */
const MAX_TEXT_BYTES = 1024 * 1024;

export const srt: Format = {
  name: "an SRT text",
  kind: "text",
  extension: "srt",
  matches: (head) =>
    /^(\xef\xbb\xbf)?\s*\d{1,9}[ \t]*\r?\n\d{2,}:\d\d:\d\d[,.]\d{1,3} -->/.test(head.toString("latin1")),
  parse: (reader) => parse(reader, false),
};

export const vtt: Format = {
  name: "a WebVTT text",
  kind: "text",
  extension: "vtt",
  matches: (head) => /^(\xef\xbb\xbf)?WEBVTT([ \t\r\n]|$)/.test(head.toString("latin1")),
  parse: (reader) => parse(reader, true),
};

/** It is held as a whole: cues that end within a text are none. */
function* parse(reader: ByteReader, isVtt: boolean): Parser<Facts> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  while (!(yield* reader.atEnd())) {
    const chunk = yield* reader.some();
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal(`A text has at most ${MAX_TEXT_BYTES} bytes.`);
    chunks.push(Buffer.from(chunk));
  }
  requireTimes(textOf(Buffer.concat(chunks)), isVtt);
  return { width: null, height: null, durationMs: null };
}

function textOf(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal("The subtitles are no UTF-8, or cut short.");
  }
  // Line breaks and tabs are all that a text needs.
  if (/[^\P{Cc}\t\r\n]/u.test(text)) throw refusal("The subtitles have characters that no text has.");
  return text;
}

/** Throws where a cue ends before it begins, or is cut off in its times. */
function requireTimes(text: string, isVtt: boolean): void {
  const point = isVtt ? "[.]" : "[,.]";
  const time = `((?:\\d+:)?\\d{2}:\\d{2}${point}\\d{3})`;
  const timing = new RegExp(`^${time}[ \\t]+-->[ \\t]+${time}(?:[ \\t].*)?$`);
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (!line.includes("-->")) continue;
    const [, from, to] = timing.exec(line) ?? [];
    if (from === undefined || to === undefined) throw refusal("A cue of the subtitles has no times that can be read.");
    if (msOf(to) < msOf(from)) throw refusal("A cue of the subtitles ends before it begins.");
  }
}

function msOf(time: string): number {
  const [seconds = 0, minutes = 0, hours = 0] = time.replace(",", ".").split(":").map(Number).reverse();
  return 1000 * (3600 * hours + 60 * minutes + seconds);
}
