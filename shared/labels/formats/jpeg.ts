// JPEG: label and XMP in one APP1 segment behind JFIF and EXIF. ITU-T T.81, annex B; XMP specification, part 3, 1.1.3.
import { jpeg as jpegFormat } from "../../media/formats/jpeg.ts";
import { refusal } from "../../media/refusal.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, onePass } from "../carrier.ts";
import type { Mark, WriteMark } from "../mark.ts";
import { hasXmp, xmpPacket } from "../xmp.ts";
import { takeExifLabels } from "./exif-label.ts";

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const TEMPORARY = 0x01;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP11 = 0xeb;
const APP15 = 0xef;
const COMMENT = 0xfe;

const XMP = "http://ns.adobe.com/xap/1.0/\0";
/** What a packet of more than a segment goes on in. */
const MORE_XMP = "http://ns.adobe.com/xmp/extension/\0";
const EXIF = "Exif\0";
const LABEL = "AIGC";
/** Junk between two segments is kept, as much as that. */
const MAX_JUNK_BYTES = 65_536;
/** B.1.1.4: the length counts itself. */
const MAX_SEGMENT_BYTES = 65_533;

export const writeJpeg: WriteMark = (body, mark) => reading(body, (source) => write(source, mark));

export const jpegCarrier: Carrier = {
  name: "JPEG",
  signedAs: "image/jpeg",
  contentType: () => "image/jpeg",
  matches: jpegFormat.matches,
  write: onePass(writeJpeg),
  read,
};

interface Segment {
  marker: number;
  /** Everything up to and with the marker: junk and fill bytes as they stood. */
  before: Buffer;
  /** Without its length. */
  data: Buffer;
}

async function* write(source: ByteSource, mark: Mark): AsyncGenerator<Uint8Array> {
  yield source.take(2);
  let isWritten = false;
  for await (const segment of segmentsOf(source)) {
    const { marker, before, data } = segment;
    if (isMark(segment)) continue;
    if (!isWritten && marker !== APP0 && !isExif(segment)) {
      yield* marksOf(mark);
      isWritten = true;
    }
    yield before;
    yield* sized(isExif(segment) ? takeExifLabels(data).bytes : data);
  }
  yield* source.rest();
}

function* marksOf(mark: Mark): Generator<Buffer> {
  if (!hasXmp(mark, { withAigc: true })) return;
  yield Buffer.from([0xff, APP1]);
  yield* sized(Buffer.from(XMP + xmpPacket(mark, { withAigc: true })));
}

function* sized(data: Buffer): Generator<Buffer> {
  if (data.length > MAX_SEGMENT_BYTES) throw refusal("The JPEG file cannot carry a mark of this length.");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  yield length;
  yield data;
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  await source.skip(2);
  for await (const segment of segmentsOf(source)) {
    const { marker, data } = segment;
    if (marker < APP0 || (marker > APP15 && marker !== COMMENT)) found.media.update(Buffer.from([marker])).update(data);
    else if (isC2pa(segment)) found.addC2pa();
    else if (isExif(segment)) found.addAigc("EXIF", ...takeExifLabels(data).found);
    else if (isXmp(segment)) found.addXmp(data.toString("utf8", XMP.length));
    else if (isBareLabel(segment)) found.addAigc(`APP${marker - APP0}`, data.toString("latin1").replace(/\0+$/, ""));
  }
  for await (const piece of source.rest()) found.media.update(piece);
  return found.end();
}

/** The segments up to that of the first scan, whose data is left to read. */
async function* segmentsOf(source: ByteSource): AsyncGenerator<Segment> {
  for (let marker = 0; marker !== START_OF_SCAN; ) {
    const before = await upToMarker(source);
    marker = before.at(-1) ?? 0;
    if (marker === END_OF_IMAGE) throw refusal("The JPEG file is damaged: it has no image data.");
    const length = (await source.take(2)).readUInt16BE();
    if (length < 2) throw refusal("The JPEG file is damaged: a segment has no valid length.");
    yield { marker, before, data: await source.take(length - 2) };
  }
}

/** As decoders do, and as the inspection does: what is no marker is skipped, and kept. */
async function upToMarker(source: ByteSource): Promise<Buffer> {
  const bytes: number[] = [];
  for (let isAfterFF = false; bytes.length < MAX_JUNK_BYTES; ) {
    const [byte = 0] = await source.take(1);
    bytes.push(byte);
    const isMarker = isAfterFF && byte !== 0 && byte !== 0xff && byte !== TEMPORARY && (byte < 0xd0 || byte > 0xd7);
    if (isMarker) return Buffer.from(bytes);
    isAfterFF = byte === 0xff;
  }
  throw refusal("The JPEG file has too much between two of its segments.");
}

function isMark(segment: Segment): boolean {
  const isMoreXmp = segment.marker === APP1 && startsWith(segment, MORE_XMP);
  return isXmp(segment) || isMoreXmp || isBareLabel(segment) || isC2pa(segment);
}

function isXmp(segment: Segment): boolean {
  return segment.marker === APP1 && startsWith(segment, XMP);
}

function isExif(segment: Segment): boolean {
  return segment.marker === APP1 && startsWith(segment, EXIF);
}

function isBareLabel(segment: Segment): boolean {
  return segment.marker >= APP0 && segment.marker <= APP15 && startsWith(segment, LABEL);
}

/** C2PA 2.2, A.3.1: JUMBF in APP11. A manifest of several segments repeats its box's header in each. */
function isC2pa({ marker, data }: Segment): boolean {
  return marker === APP11 && data.toString("latin1", 0, 2) === "JP" && data.toString("latin1", 12, 16) === "jumb";
}

function startsWith({ data }: Segment, text: string): boolean {
  return data.toString("latin1", 0, text.length) === text;
}
