// PNG: the label in a tEXt chunk, XMP in an iTXt chunk, both right behind the header. https://www.w3.org/TR/png-3/
import { crc32, inflateSync } from "node:zlib";
import { png as pngFormat } from "../../media/formats/png.ts";
import { refusal } from "../../media/refusal.ts";
import { wrappedAigcText } from "../aigc-text.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, onePass } from "../carrier.ts";
import type { Mark, WriteMark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket } from "../xmp.ts";
import { MAX_EXIF_BYTES, takeExifLabels } from "./exif-label.ts";

const SIGNATURE_BYTES = 8;
const LABEL = "AIGC";
const XMP = "XML:com.adobe.xmp";
/** What ImageMagick calls the same. */
const RAW_XMP = "Raw profile type xmp";
const texts = ["tEXt", "zTXt", "iTXt"];
const EXIF = "eXIf";
/** C2PA 2.2, A.3.3. */
const C2PA = "caBX";
/** 11.3.3.1: a keyword has at most 79 bytes. */
const KEYWORD_BYTES = 80;
/** What is drawn, in which colours and when. */
const shown = ["IHDR", "PLTE", "tRNS", "IDAT", "acTL", "fcTL", "fdAT"];

export const writePng: WriteMark = (body, mark) => reading(body, (source) => write(source, mark));

export const pngCarrier: Carrier = {
  name: "PNG",
  signedAs: "image/png",
  contentType: () => "image/png",
  matches: pngFormat.matches,
  write: onePass(writePng),
  read,
};

interface Header {
  type: string;
  length: number;
  bytes: Buffer;
}

async function* write(source: ByteSource, mark: Mark): AsyncGenerator<Uint8Array> {
  yield source.take(SIGNATURE_BYTES);
  for await (const { type, length, bytes } of chunksOf(source)) {
    if (type === C2PA || (texts.includes(type) && isMark(await keywordOf(source, length)))) {
      await source.skip(length + 4);
    } else if (type === EXIF && length <= MAX_EXIF_BYTES) {
      const data = await source.take(length);
      await source.skip(4);
      yield chunk(EXIF, takeExifLabels(data).bytes);
    } else {
      yield bytes;
      yield* source.pass(length + 4);
      if (type === "IHDR") yield* marksOf(mark);
    }
  }
  yield* source.rest();
}

function* marksOf(mark: Mark): Generator<Buffer> {
  // No compression, no language, no translation of the keyword.
  if (hasXmp(mark, { withAigc: false }))
    yield chunk("iTXt", Buffer.from(`${XMP}\0\0\0\0\0${xmpPacket(mark, { withAigc: false })}`));
  if (mark.aigc) yield chunk("tEXt", Buffer.from(`${LABEL}\0${wrappedAigcText(mark.aigc)}`, "latin1"));
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  await source.skip(SIGNATURE_BYTES);
  for await (const { type, length } of chunksOf(source)) {
    if (shown.includes(type)) {
      found.media.update(type);
      for await (const piece of source.pass(length)) found.media.update(piece);
      await source.skip(4);
    } else if (type === EXIF && length <= MAX_EXIF_BYTES) {
      found.addAigc("EXIF", ...takeExifLabels(await source.take(length)).found);
      await source.skip(4);
    } else if (texts.includes(type) && length <= MAX_XMP_BYTES + KEYWORD_BYTES) {
      readText(type, await source.take(length), found);
      await source.skip(4);
    } else {
      if (type === C2PA) found.addC2pa();
      await source.skip(length + 4);
    }
  }
  for await (const _ of source.rest());
  return found.end();
}

function readText(type: string, data: Buffer, found: Findings): void {
  const keyword = beforeZero(data);
  if (!isMark(keyword)) return;
  found.look();
  const text = textOf(type, data.subarray(keyword.length + 1));
  if (text === null) return;
  if (keyword === LABEL) found.addAigc(type, text);
  else found.addXmp(keyword === RAW_XMP ? unpackedProfile(text) : text);
}

/** 11.3.3: tEXt is the text; zTXt a method, compressed; iTXt two flags, two texts that end with zero, and the text, perhaps compressed. Null: cannot be read. */
function textOf(type: string, rest: Buffer): string | null {
  if (type === "tEXt") return rest.toString("latin1");
  if (type === "zTXt") return inflated(rest.subarray(1));
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return null;
  const text = rest.subarray(translated + 1);
  return rest[0] === 1 ? inflated(text) : text.toString("utf8");
}

function inflated(data: Buffer): string | null {
  try {
    return inflateSync(data, { maxOutputLength: MAX_XMP_BYTES }).toString("utf8");
  } catch {
    return null;
  }
}

/** A name, a length, and hexadecimal digits in lines. */
function unpackedProfile(text: string): string {
  const digits = text.replace(/^\s*\w+\s+\d+\s+/, "").replaceAll(/\s+/g, "");
  return Buffer.from(digits, "hex").toString("utf8");
}

/** The chunks up to the last one; each is read, passed on or skipped, with its checksum, before the next is asked for. */
async function* chunksOf(source: ByteSource): AsyncGenerator<Header> {
  for (let type = ""; type !== "IEND"; ) {
    const bytes = await source.take(8);
    type = bytes.toString("latin1", 4);
    if (!/^[A-Za-z]{4}$/.test(type)) throw refusal("The PNG file is damaged: a chunk has no valid header.");
    yield { type, length: bytes.readUInt32BE(), bytes };
  }
}

async function keywordOf(source: ByteSource, length: number): Promise<string> {
  return beforeZero(await source.peek(Math.min(length, KEYWORD_BYTES)));
}

function beforeZero(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString("latin1", 0, end < 0 ? data.length : end);
}

function isMark(keyword: string): boolean {
  return keyword === LABEL || keyword === XMP || keyword === RAW_XMP;
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
