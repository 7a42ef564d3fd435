// MP3: the label in an ID3v2 frame TXXX, XMP in a PRIV frame. https://id3.org/id3v2.3.0 and https://id3.org/id3v2.4.0-structure
import { refusal } from "../../media/refusal.ts";
import { aigcText } from "../aigc-text.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, onePass } from "../carrier.ts";
import type { Mark, WriteMark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket } from "../xmp.ts";

const HEADER_BYTES = 10;
/** A tag is held as a whole: pictures and all. */
const MAX_TAG_BYTES = 16 * 1024 * 1024;
const MAX_FRAMES = 10_000;
/** Readers complain of a tag without any behind its last frame. */
const padding = Buffer.alloc(32);

const UNSYNCHRONISED = 0x80;
const HAS_EXTENDED_HEADER = 0x40;
const HAS_FOOTER = 0x10;

const LABEL = "AIGC\0";
const XMP = "XMP\0";
/** C2PA 2.2, A.3.6: in a general object of this type. */
const C2PA = /^.(application\/(x-)?c2pa(-manifest-store)?)\0/s;

export const writeMp3: WriteMark = (body, mark) => reading(body, (source) => write(source, mark));

export const mp3Carrier: Carrier = {
  name: "MP3",
  signedAs: "audio/mpeg",
  contentType: () => "audio/mpeg",
  // A tag, or the first frame of layer III.
  matches: (head) => head.toString("latin1", 0, 3) === "ID3" || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2),
  write: onePass(writeMp3),
  read,
};

interface Frame {
  id: string;
  /** With its header. */
  bytes: Buffer;
  data: Buffer;
}

interface Tag {
  /** 3 or 4. */
  version: number;
  frames: Frame[];
}

async function* write(source: ByteSource, mark: Mark): AsyncGenerator<Uint8Array> {
  const { version, frames } = await takeTag(source);
  const others = frames.filter((frame) => !isMark(frame)).map(({ bytes }) => bytes);
  const body = Buffer.concat([...others, ...marksOf(mark, version), padding]);
  const header = Buffer.from([0x49, 0x44, 0x33, version, 0, 0, 0, 0, 0, 0]);
  writeSyncsafe(header, body.length, 6);
  yield header;
  yield body;
  yield* source.rest();
}

/** Encoding 0 is Latin-1, of which both have no more than ASCII; XMP is octets to ID3. */
function* marksOf(mark: Mark, version: number): Generator<Buffer> {
  if (mark.aigc) yield frame("TXXX", Buffer.from(`\0${LABEL}${aigcText(mark.aigc)}`, "latin1"), version);
  if (hasXmp(mark, { withAigc: false }))
    yield frame("PRIV", Buffer.from(XMP + xmpPacket(mark, { withAigc: false })), version);
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  for (const each of (await takeTag(source)).frames) {
    if (isLabel(each)) found.addAigc("TXXX", textOf(each.data).slice(LABEL.length).replace(/\0+$/, ""));
    else if (isXmp(each) && each.data.length <= MAX_XMP_BYTES) found.addXmp(each.data.toString("utf8", XMP.length));
    else if (isC2pa(each)) found.addC2pa();
  }
  for await (const piece of source.rest()) found.media.update(piece);
  return found.end();
}

function isMark(each: Frame): boolean {
  return isLabel(each) || isXmp(each) || isC2pa(each);
}

function isLabel({ id, data }: Frame): boolean {
  return id === "TXXX" && textOf(data).startsWith(LABEL);
}

function isXmp({ id, data }: Frame): boolean {
  return id === "PRIV" && data.toString("latin1", 0, XMP.length) === XMP;
}

function isC2pa({ id, data }: Frame): boolean {
  return id === "GEOB" && C2PA.test(data.toString("latin1", 0, 64));
}

/** Description and value with a zero between them. 0 is Latin-1, 1 and 2 are UTF-16, 3 is UTF-8. */
function textOf(data: Buffer): string {
  const [encoding = 0] = data;
  const bytes = data.subarray(1);
  if (encoding === 0) return bytes.toString("latin1");
  if (encoding === 3) return bytes.toString("utf8");
  const isBigEndian = encoding === 2 || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return (isBigEndian ? even.swap16() : even).toString("utf16le").replaceAll("\uFEFF", "");
}

/** The tag in front of the sound; one without frames where there is none. */
async function takeTag(source: ByteSource): Promise<Tag> {
  if ((await source.peek(3)).toString("latin1") !== "ID3") return { version: 4, frames: [] };
  const header = await source.take(HEADER_BYTES);
  const [version = 0, flags = 0] = [header[3], header[5]];
  const length = readSyncsafe(header, 6);
  if (version !== 3 && version !== 4) throw refusal("The MP3 file has a tag of another version than ID3v2.3 and 2.4.");
  if (version === 4 && flags & UNSYNCHRONISED) throw refusal("The MP3 file has a tag that is unsynchronised.");
  if (length > MAX_TAG_BYTES) throw refusal("The MP3 file has a tag that is too large to be looked into.");
  const taken = await source.take(length);
  if (flags & HAS_FOOTER) await source.skip(HEADER_BYTES);
  const body = flags & UNSYNCHRONISED ? synchronised(taken) : taken;
  const start = flags & HAS_EXTENDED_HEADER ? extendedHeaderBytes(body, version) : 0;
  return { version, frames: framesOf(body.subarray(start), version) };
}

/** Up to the padding. */
function framesOf(body: Buffer, version: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + HEADER_BYTES <= body.length && body[at] !== 0; ) {
    const length = version === 4 ? readSyncsafe(body, at + 4) : body.readUInt32BE(at + 4);
    const end = at + HEADER_BYTES + length;
    if (frames.length === MAX_FRAMES) throw refusal("The MP3 file has a tag of more frames than anybody writes.");
    if (end > body.length) throw refusal("The MP3 file is damaged: a frame of its tag reaches beyond it.");
    const bytes = body.subarray(at, end);
    frames.push({ id: bytes.toString("latin1", 0, 4), bytes, data: bytes.subarray(HEADER_BYTES) });
    at = end;
  }
  return frames;
}

/** Version 3 does not count its own length, version 4 does. */
function extendedHeaderBytes(body: Buffer, version: number): number {
  if (body.length < 4) return body.length;
  return version === 4 ? readSyncsafe(body, 0) : 4 + body.readUInt32BE(0);
}

/** ID3v2.3, 5: a zero behind each 0xFF was put there. */
function synchronised(body: Buffer): Buffer {
  const bytes = body.filter((byte, at) => !(byte === 0 && at > 0 && body[at - 1] === 0xff));
  return Buffer.from(bytes);
}

function frame(id: string, data: Buffer, version: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(id, 0, "latin1");
  if (version === 4) writeSyncsafe(header, data.length, 4);
  else header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

/** Seven bits a byte: nothing in a tag's length may look like a frame of sound. */
function readSyncsafe(bytes: Buffer, at: number): number {
  return [0, 1, 2, 3].reduce((sum, byte) => sum * 128 + (bytes.readUInt8(at + byte) & 0x7f), 0);
}

function writeSyncsafe(bytes: Buffer, value: number, at: number): void {
  for (let byte = 3, left = value; byte >= 0; byte--, left = Math.floor(left / 128)) {
    bytes.writeUInt8(left & 0x7f, at + byte);
  }
}
