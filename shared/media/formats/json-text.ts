// What language models hand over: a JSON object as text, RFC 8259.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import type { Facts, Format } from "./format.ts";

/** Far more than a screenplay of twenty episodes has. */
const MAX_TEXT_BYTES = 1024 * 1024;

export const jsonText: Format = {
  name: "a JSON text",
  kind: "text",
  extension: "json",
  matches: (head) => /^[ \t\r\n]*\{/.test(head.toString("latin1")),
  parse,
};

/** It is held as a whole: an object that ends within a text is none. */
function* parse(reader: ByteReader): Parser<Facts> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  while (!(yield* reader.atEnd())) {
    const chunk = yield* reader.some();
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal(`A text has at most ${MAX_TEXT_BYTES} bytes.`);
    chunks.push(Buffer.from(chunk));
  }
  requireJson(Buffer.concat(chunks));
  return { width: null, height: null, durationMs: null };
}

function requireJson(bytes: Buffer): void {
  try {
    // Written once more, because what is nested without end can be read, and by nobody written.
    JSON.stringify(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)));
  } catch {
    throw refusal("The text is no JSON in UTF-8, is nested too deep, or is cut short.");
  }
}
