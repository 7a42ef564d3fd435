// WebP: label and XMP in one `XMP ` chunk behind the image. A simple file becomes an extended one, its image untouched. RFC 9649.
import { webp as webpFormat } from "../../media/formats/webp.ts";
import { refusal } from "../../media/refusal.ts";
import { ByteSource } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, type Reopen } from "../carrier.ts";
import type { Mark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket } from "../xmp.ts";
import { MAX_EXIF_BYTES, takeExifLabels } from "./exif-label.ts";
import { type Chunk, chunk, chunksOf, rewritten, takeData } from "./riff.ts";

const XMP = "XMP ";
const EXIF = "EXIF";
const EXTENDED = "VP8X";
/** C2PA 2.2, A.3.7. */
const C2PA = "C2PA";
const shown = ["VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"];

/** 2.7.1: the flags of a VP8X chunk. */
const HAS_XMP = 0x04;
const HAS_ALPHA = 0x10;

/** The file's header, a chunk's, and as much of an image as tells its sides. */
const HEAD_BYTES = 30;

export const webpCarrier: Carrier = {
  name: "WebP",
  signedAs: "image/webp",
  contentType: () => "image/webp",
  matches: webpFormat.matches,
  write,
  read,
};

async function* write(open: Reopen, mark: Mark): AsyncGenerator<Uint8Array> {
  const packet = hasXmp(mark, { withAigc: true }) ? xmpPacket(mark, { withAigc: true }) : null;
  const head = await headOf(open());
  yield* rewritten(open, {
    first: packet === null || head.toString("latin1", 12, 16) === EXTENDED ? [] : [extendedHeader(head)],
    last: packet === null ? [] : [chunk(XMP, Buffer.from(packet))],
    edit: (each, source) => edit(each, source, packet !== null),
  });
}

async function edit(each: Chunk, source: ByteSource, hasPacket: boolean): Promise<Buffer | null> {
  if (each.type === XMP || each.type === C2PA) {
    await source.skip(each.paddedLength);
    return Buffer.alloc(0);
  }
  if (each.type === EXTENDED) {
    const data = Buffer.from(await takeData(each, source));
    const flags = data.readUInt8(0) & ~HAS_XMP;
    data.writeUInt8(hasPacket ? flags | HAS_XMP : flags);
    return chunk(EXTENDED, data);
  }
  if (each.type === EXIF && each.length <= MAX_EXIF_BYTES)
    return chunk(EXIF, takeExifLabels(await takeData(each, source)).bytes);
  return null;
}

/** The canvas of a simple file is its image. */
function extendedHeader(head: Buffer): Buffer {
  const data = Buffer.alloc(10);
  const { width, height, hasAlpha } = sidesOf(head);
  data.writeUInt8(hasAlpha ? HAS_XMP | HAS_ALPHA : HAS_XMP);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return chunk(EXTENDED, data);
}

/** RFC 6386, 9.1, and RFC 9649, 3.4. */
function sidesOf(head: Buffer): { width: number; height: number; hasAlpha: boolean } {
  const type = head.toString("latin1", 12, 16);
  if (type === "VP8 " && head.length >= HEAD_BYTES)
    return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff, hasAlpha: false };
  if (type !== "VP8L" || head.length < 25) throw refusal("The WebP file is damaged: it does not begin with an image.");
  const bits = head.readUInt32LE(21);
  const hasAlpha = ((bits >>> 28) & 1) === 1;
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), hasAlpha };
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  for await (const each of chunksOf(source, await source.take(12))) {
    const { type, length, paddedLength } = each;
    if (shown.includes(type)) {
      found.media.update(type);
      for await (const piece of source.pass(length)) found.media.update(piece);
      await source.skip(paddedLength - length);
    } else if (type === XMP && length <= MAX_XMP_BYTES) found.addXmp((await takeData(each, source)).toString("utf8"));
    else if (type === EXIF && length <= MAX_EXIF_BYTES)
      found.addAigc("EXIF", ...takeExifLabels(await takeData(each, source)).found);
    else {
      if (type === C2PA) found.addC2pa();
      await source.skip(paddedLength);
    }
  }
  for await (const _ of source.rest());
  return found.end();
}

async function headOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const source = new ByteSource(body);
  const head = Buffer.from(await source.peek(HEAD_BYTES));
  await source.close();
  return head;
}
