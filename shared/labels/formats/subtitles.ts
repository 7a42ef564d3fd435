// Subtitles: the label and IPTC's fields as JSON in one line. WebVTT has notes for that; in SubRip, which has no place for anything, it stands behind
// the times of the first cue, where readers leave it out.
import { createHash } from "node:crypto";
import { refusal } from "../../media/refusal.ts";
import { aigcText } from "../aigc-text.ts";
import { ByteSource } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, type Reopen } from "../carrier.ts";
import type { Mark } from "../mark.ts";

/** A text is held as a whole; larger ones are not taken anywhere. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

interface Place {
  /** What is in front of the mark where one is written, from the beginning of the text on. */
  before: RegExp;
  /** Around the mark. */
  begin: string;
  end: string;
  /** A mark with all that is around it; its first group is the JSON. */
  found: RegExp;
}

const vttPlace: Place = {
  before: /^\uFEFF?WEBVTT[^\n]*\n(?:[^\r\n][^\n]*\n)*/,
  begin: "\nNOTE AIGC ",
  end: "\n",
  found: /\r?\nNOTE AIGC (\{.*\})\r?\n/g,
};
const srtPlace: Place = {
  before: /^\uFEFF?\s*\d+[ \t]*\r?\n[\d:,.]+ --> [\d:,.]+/,
  begin: " AIGC ",
  end: "",
  found: /(?<=-->[ \t]+[\d:,.]+[^\r\n]*) AIGC (\{.*\})/g,
};

export const vttCarrier = carrier("WebVTT", "text/vtt", vttPlace, /^(\xef\xbb\xbf)?WEBVTT([ \t\r\n]|$)/);
export const srtCarrier = carrier(
  ...(["SRT", "application/x-subrip", srtPlace] as const),
  /^(\xef\xbb\xbf)?\s*\d{1,9}[ \t]*\r?\n\d{2,}:\d\d:\d\d[,.]\d{1,3} -->/,
);

function carrier(name: string, contentType: string, place: Place, begins: RegExp): Carrier {
  return {
    ...{ name, signedAs: null, contentType: () => contentType },
    matches: (head) => begins.test(head.toString("latin1")),
    write: (open, mark) => write(open, mark, place),
    read: (body, found = new Findings()) => read(body, found, place),
  };
}

async function* write(open: Reopen, mark: Mark, { before, begin, end, found }: Place): AsyncGenerator<Uint8Array> {
  const text = (await textOf(open())).replaceAll(found, "");
  const at = before.exec(text)?.[0].length;
  if (at === undefined) throw refusal("The subtitles have no place for a label.");
  yield Buffer.from(`${text.slice(0, at)}${begin}${markText(mark)}${end}${text.slice(at)}`);
}

async function read(body: AsyncIterable<Uint8Array>, findings: Findings, { found }: Place): Promise<Examined> {
  const text = await textOf(body);
  for (const [, json = ""] of text.matchAll(found)) {
    findings.look();
    const said = parsed(json);
    if (said && Object.hasOwn(said, "AIGC")) findings.addAigc("AIGC", JSON.stringify(said.AIGC));
    if (typeof said?.DigitalSourceType === "string") findings.addSourceType(said.DigitalSourceType);
  }
  const mediaSha256 = createHash("sha256").update(text.replaceAll(found, "")).digest("hex");
  return { ...findings.end(), mediaSha256 };
}

/** Without white space, and without an arrow, which would begin a cue. */
function markText({ aigc, digitalSourceType, system }: Mark): string {
  const said = {
    ...(aigc && { AIGC: JSON.parse(aigcText(aigc)) }),
    ...(digitalSourceType !== null && { DigitalSourceType: digitalSourceType }),
    ...(system && { AISystemUsed: system.name, AISystemVersionUsed: system.version }),
  };
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(said).replaceAll(/[^!-~]|[<>&]/g, escaped);
}

function parsed(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of new ByteSource(body).rest()) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal("The text is too large to be looked into.");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString();
}
