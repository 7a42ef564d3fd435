// WebVTT: the label and IPTC's fields in a comment block in front of the first cue, a line each. https://www.w3.org/TR/webvtt1/#comments
import { createHash } from "node:crypto";
import { isWebVtt } from "../../media/formats/web-vtt.ts";
import { refusal } from "../../media/refusal.ts";
import { aigcText } from "../aigc-text.ts";
import { ByteSource } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, type Reopen } from "../carrier.ts";
import type { Mark } from "../mark.ts";

const LABEL = "AIGC";
const SOURCE_TYPE = "DigitalSourceType";
const SYSTEM = "AISystemUsed";
const VERSION = "AISystemVersionUsed";
const ours = new RegExp(`^(?:${LABEL}|${SOURCE_TYPE}|${SYSTEM}|${VERSION}): `);

/** A text is held as a whole; larger ones are not taken anywhere. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

export const webVttCarrier: Carrier = {
  name: "WebVTT",
  signedAs: null,
  contentType: () => "text/vtt",
  matches: isWebVtt,
  write,
  read,
};

async function* write(open: Reopen, { aigc, digitalSourceType, system }: Mark): AsyncGenerator<Uint8Array> {
  const [head = "", ...rest] = (await blocksOf(open())).filter((block) => !isOurs(block));
  const said = [
    ...(aigc ? [`${LABEL}: ${aigcText(aigc)}`] : []),
    ...(digitalSourceType === null ? [] : [`${SOURCE_TYPE}: ${digitalSourceType}`]),
    ...(system ? [`${SYSTEM}: ${oneLine(system.name)}`, `${VERSION}: ${oneLine(system.version)}`] : []),
    // An arrow would make a cue of the comment.
  ].map((line) => line.replaceAll(">", "\\u003e"));
  const note = said.length > 0 ? [["NOTE", ...said].join("\n")] : [];
  yield Buffer.from(`${[head, ...note, ...rest].join("\n\n")}\n`);
}

async function read(body: AsyncIterable<Uint8Array>, found = new Findings()): Promise<Examined> {
  const blocks = await blocksOf(body);
  for (const block of blocks.filter(isOurs)) {
    for (const line of block.split("\n").slice(1)) {
      if (line.startsWith(`${LABEL}: `)) found.addAigc("NOTE", line.slice(LABEL.length + 2));
      if (line.startsWith(`${SOURCE_TYPE}: `)) found.addSourceType(line.slice(SOURCE_TYPE.length + 2));
    }
  }
  const content = blocks.filter((block) => !isOurs(block)).join("\n\n");
  return { ...found.end(), mediaSha256: createHash("sha256").update(content).digest("hex") };
}

function isOurs(block: string): boolean {
  const [first = "", ...lines] = block.split("\n");
  return first === "NOTE" && lines.length > 0 && lines.every((line) => ours.test(line));
}

/** Its blocks, which empty lines divide. Throws AppError `invalid_output` for what is too large. */
async function blocksOf(body: AsyncIterable<Uint8Array>): Promise<string[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of new ByteSource(body).rest()) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal("The text is too large to be looked into.");
    chunks.push(Buffer.from(chunk));
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((block) => block.replace(/\n$/, ""))
    .filter((block) => block !== "");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
