// MP4, MOV, M4A and fragmented MP4: the label among the movie's keys, XMP in a box behind the movie header. One pass; of a file no more is held
// than its movie header, or one fragment's.

import { damagedVideo } from "../../media/formats/iso-boxes.ts";
import { brandOf, isQuickTime, nameOfBrand } from "../../media/formats/iso-brands.ts";
import { isKnownBox } from "../../media/formats/iso-trailer.ts";
import { refusal } from "../../media/refusal.ts";
import { carriedLabel } from "../aigc.ts";
import { aigcText } from "../aigc-text.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings } from "../carrier.ts";
import type { Mark } from "../mark.ts";
import { hasXmp, MAX_XMP_BYTES, xmpPacket, xmpValues } from "../xmp.ts";
import { type BoxHeader, C2PA_ID, contentsOf, peekBox, XMP_ID, xmpBox } from "./iso-media-boxes.ts";
import { childrenOf } from "./iso-media-keys.ts";
import { marksOfMovie, movieWith } from "./iso-media-movie.ts";
import { bytesOf, lengthOf, noShift, type Part, type Shift, shiftedIndex, shiftFragment } from "./iso-media-offsets.ts";

/** That of a film of many hours has a few megabytes. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
/** Of a `uuid` box: header and id. */
const XMP_HEAD_BYTES = 24;
const ZEROS = Buffer.alloc(65_536);

export const writeIsoMedia = (body: AsyncIterable<Uint8Array>, mark: Mark, onManifest?: () => void) =>
  reading(body, (source) => write(source, mark, onManifest));

export const isoMediaCarrier: Carrier = {
  name: "MP4 or QuickTime",
  signedAs: "video/mp4",
  contentType: contentTypeOf,
  matches: isFilmOrSound,
  write: (open, mark, onManifest) => writeIsoMedia(open(), mark, onManifest),
  read,
  isStreamed: true,
};

function contentTypeOf(head: Buffer): string {
  if (isQuickTime(head)) return "video/quicktime";
  return nameOfBrand(brandOf(head)) === null ? "video/mp4" : "audio/mp4";
}

/** Images are made of such boxes, too. */
function isFilmOrSound(head: Buffer): boolean {
  const brand = brandOf(head);
  if (brand === null) return isQuickTime(head);
  const name = nameOfBrand(brand);
  return name === null || name === "an audio file";
}

interface Progress {
  /** Offset in the original of the box that comes next. */
  at: number;
  /** Null until the movie header has passed. */
  shift: Shift | null;
  hasMedia: boolean;
  hasFragments: boolean;
  /** Labels that stood in front of the movie header. */
  aigc: string[];
}

async function* write(source: ByteSource, mark: Mark, onManifest?: () => void): AsyncGenerator<Uint8Array> {
  const progress: Progress = { at: 0, shift: null, hasMedia: false, hasFragments: false, aigc: [] };
  while (!(await source.atEnd())) {
    const header = await nextBox(source, progress);
    if (!header) break;
    if (header.id === C2PA_ID) onManifest?.();
    yield* writeBox(source, header, progress, mark);
    progress.at += header.size;
  }
  if (!progress.shift) throw withoutMovie();
  if (!progress.hasMedia) throw refusal("The video is cut short: it has no media data.");
  yield* source.rest();
}

async function* writeBox(
  source: ByteSource,
  header: BoxHeader,
  progress: Progress,
  mark: Mark,
): AsyncGenerator<Uint8Array> {
  const { type, id } = header;
  if (type === "moov") yield* writeMovie(source, header, progress, mark);
  else if (type === "moof") yield* writeFragment(source, header, progress);
  else if (type === "mfra") yield shiftedIndex(await takeContents(source, header), progress.shift ?? noShift);
  else if (id === XMP_ID || id === C2PA_ID) yield* writeRoom(source, header, progress);
  else {
    if (type === "sidx" && !progress.shift) throw refusal("The video has an index in front of its movie header.");
    if (type === "meta") await refuseItems(source, header);
    yield* passBox(source, header);
  }
}

/** What stands behind moves by what the header grows; and with it, perhaps, the header grows again: offsets of 32 bits reach to 4 GiB. */
async function* writeMovie(
  source: ByteSource,
  header: BoxHeader,
  progress: Progress,
  mark: Mark,
): AsyncGenerator<Uint8Array> {
  if (progress.shift) throw damagedVideo("it has two movie headers");
  const contents = await takeContents(source, header);
  const length = header.headerBytes + contents.length;
  header.size = length;
  const old = await takeXmpBehind(source);
  const marks = marksOfMovie(contents);
  const found = [...progress.aigc, ...marks.aigc, ...labelsIn([...marks.xmp, ...(old ? [old.packet] : [])])];
  const label = mark.aigc ? aigcText(carriedLabel(found, mark.aigc)) : null;
  const movie = movieWith(contents, label);
  const xmp = hasXmp(mark, { withAigc: false }) ? xmpBox(xmpPacket(mark, { withAigc: false })) : Buffer.alloc(0);
  progress.shift = settled(movie, { from: progress.at + length, by: xmp.length - length - (old?.length ?? 0) });
  progress.at += old?.length ?? 0;
  yield* bytesOf(movie, progress.shift);
  if (xmp.length > 0) yield xmp;
}

/** `by`: without the new header's own length. Each round only widens tables, and never makes one narrow again. */
function settled(movie: Part, { from, by }: Shift): Shift {
  let shift: Shift = { from, by: 0 };
  for (;;) {
    const next = by + lengthOf(movie, shift);
    if (next === shift.by) return shift;
    shift = { from, by: next };
  }
}

async function* writeFragment(source: ByteSource, header: BoxHeader, { shift }: Progress): AsyncGenerator<Uint8Array> {
  if (!shift) throw damagedVideo("a fragment comes before the movie header");
  const head = Buffer.from((await source.peek(header.headerBytes)).subarray(0, header.headerBytes));
  const contents = await takeContents(source, header);
  shiftFragment(contents, shift);
  yield head;
  yield contents;
}

/** Taken out without anything behind it being moved: that may have passed already. A manifest of C2PA would be broken by what else is changed. */
async function* writeRoom(source: ByteSource, header: BoxHeader, progress: Progress): AsyncGenerator<Uint8Array> {
  if (header.size === Number.POSITIVE_INFINITY) throw damagedVideo("a box has no size");
  if (header.id === XMP_ID && header.size <= MAX_XMP_BYTES && !progress.shift) {
    const packet = (await source.peek(header.size)).toString("utf8", header.headerBytes + 16);
    progress.aigc.push(...labelsIn([packet]));
  }
  const head = Buffer.from(await source.take(header.headerBytes));
  head.write("free", 4, "latin1");
  yield head;
  for await (const piece of source.pass(header.size - header.headerBytes)) {
    for (let at = 0; at < piece.length; at += ZEROS.length) yield ZEROS.subarray(0, piece.length - at);
  }
}

async function takeXmpBehind(source: ByteSource): Promise<{ packet: string; length: number } | null> {
  const header = await peekBox(source);
  if (header?.id !== XMP_ID || header.size > MAX_XMP_BYTES + XMP_HEAD_BYTES) return null;
  const bytes = await source.take(header.size);
  return { packet: bytes.toString("utf8", header.headerBytes + 16), length: header.size };
}

function labelsIn(packets: readonly string[]): string[] {
  return packets.flatMap((packet) => xmpValues(packet, "AIGC"));
}

/** ISO/IEC 14496-12, 8.11.3: they may say where they lie from the file's beginning on. */
async function refuseItems(source: ByteSource, header: BoxHeader): Promise<void> {
  if (header.size > MAX_HEADER_BYTES) throw tooLarge();
  const contents = (await source.peek(header.size)).subarray(header.headerBytes);
  if (contentsOf(childrenOf(contents), "iloc"))
    throw refusal("The video holds items that would be lost if anything were added.");
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  const progress: Progress = { at: 0, shift: null, hasMedia: false, hasFragments: false, aigc: [] };
  while (!(await source.atEnd())) {
    const header = await nextBox(source, progress);
    if (!header) break;
    await readBox(source, header, progress, found);
  }
  if (!progress.shift) throw withoutMovie();
  for await (const _ of source.rest());
  // A film is labelled before all of it is there: nothing that was measured of it can stand in its label.
  return { ...found.end(), mediaSha256: null };
}

async function readBox(source: ByteSource, header: BoxHeader, progress: Progress, found: Findings): Promise<void> {
  if (header.type === "moov") {
    const { aigc, xmp } = marksOfMovie(await takeContents(source, header));
    found.addAigc("moov", ...aigc);
    for (const packet of xmp) found.addXmp(packet);
    progress.shift = noShift;
  } else if (header.id === XMP_ID && header.size <= MAX_XMP_BYTES + XMP_HEAD_BYTES) {
    found.addXmp((await source.take(header.size)).toString("utf8", header.headerBytes + 16));
  } else {
    if (header.id === C2PA_ID) found.addC2pa();
    for await (const _ of passBox(source, header));
  }
}

/** Null where the file has ended and something else follows: zeros, a tag, a text. It passes as it is. */
async function nextBox(source: ByteSource, progress: Progress): Promise<BoxHeader | null> {
  const header = await peekBox(source);
  const isWhole = progress.shift !== null && progress.hasMedia;
  if (isWhole && (header ? !isKnownBox(await source.peek(8)) : await isTrailer(source, progress))) return null;
  if (!header) throw damagedVideo("something stands where a box should begin");
  progress.hasMedia ||= header.type === "mdat";
  progress.hasFragments ||= header.type === "moof";
  return header;
}

/** Of fragments, another one may have been meant to follow, whose first bytes these are. */
async function isTrailer(source: ByteSource, { hasFragments }: Progress): Promise<boolean> {
  const head = await source.peek(8);
  return head.length < 8 ? !hasFragments || head.every((byte) => byte === 0) : !isKnownBox(head);
}

/** A box without a size is the last one. */
async function* passBox(source: ByteSource, { size, type }: BoxHeader): AsyncGenerator<Buffer> {
  if (size !== Number.POSITIVE_INFINITY) yield* source.pass(size);
  else if (type === "mdat") yield* source.rest();
  else throw damagedVideo("a box has no size");
}

async function takeContents(source: ByteSource, { headerBytes, size }: BoxHeader): Promise<Buffer> {
  if (size > MAX_HEADER_BYTES && size !== Number.POSITIVE_INFINITY) throw tooLarge();
  await source.take(headerBytes);
  const pieces: Buffer[] = [];
  let length = 0;
  const rest = size === Number.POSITIVE_INFINITY ? source.rest() : source.pass(size - headerBytes);
  for await (const piece of rest) {
    length += piece.length;
    if (length > MAX_HEADER_BYTES) throw tooLarge();
    // Copied: a piece belongs to whoever gave it once the next one is asked for.
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces, length);
}

function tooLarge() {
  return refusal("The video has a header that is too large to be looked into.");
}

function withoutMovie() {
  return refusal("The video is cut short: its movie header is missing.");
}
