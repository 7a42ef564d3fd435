// Subtitles that browsers read. https://www.w3.org/TR/webvtt1/#file-structure
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import type { Facts, Format } from "./format.ts";

/** Far more than anybody says in a film. */
const MAX_TEXT_BYTES = 1024 * 1024;

export const webVtt: Format = {
  name: "a WebVTT text",
  kind: "text",
  extension: "vtt",
  matches: isWebVtt,
  parse,
};

/** "Optionally a BOM; the string WEBVTT; optionally a space or a tab and anything; two or more line terminators". */
export function isWebVtt(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)/.test(head.toString("latin1"));
}

function* parse(reader: ByteReader): Parser<Facts> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  while (!(yield* reader.atEnd())) {
    const chunk = yield* reader.some();
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal(`A text has at most ${MAX_TEXT_BYTES} bytes.`);
    requireText(() => decoder.decode(chunk, { stream: true }));
  }
  requireText(() => decoder.decode());
  return { width: null, height: null, durationMs: null };
}

function requireText(decode: () => string): void {
  let text: string;
  try {
    text = decode();
  } catch {
    throw refusal("The text is not in UTF-8, or is cut short.");
  }
  if (text.includes("\0")) throw refusal("The text has characters that are none.");
}
