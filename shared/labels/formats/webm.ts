// WebM: label and XMP as tags in front of the first cluster, where every reader looks. One pass; of a file no more is held than what stands there,
// and its cues. https://www.webmproject.org/docs/container/

import { webm as webmFormat } from "../../media/formats/webm.ts";
import { anywhere, besideClusters } from "../../media/formats/webm-cluster.ts";
import { refusal } from "../../media/refusal.ts";
import { carriedLabel } from "../aigc.ts";
import { ByteSource, reading } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, onePass } from "../carrier.ts";
import type { Mark, WriteMark } from "../mark.ts";
import { xmpValues } from "../xmp.ts";
import {
  damagedWebm,
  type ElementHeader,
  elementHeader,
  elementsIn,
  type FlatElement,
  peekElement,
  VOID,
  voidOf,
} from "./webm-elements.ts";
import { type Front, newFront } from "./webm-front.ts";
import {
  CUES,
  movedClusterHead,
  movedCues,
  movedPosition,
  movedSeekHead,
  POSITION,
  SEEK_HEAD,
} from "./webm-positions.ts";
import { marksOfTags, TAGS, tagsOf, tagsWithVoids } from "./webm-tags.ts";

const HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** Time, blocks, place, the size of the one before it, silent tracks, encrypted blocks: on their own in clusters of unknown size. */
const withinClusters = [0xe7, 0xa3, 0xa0, 0xa7, 0xab, 0x5854, 0xaf];
const known = [...besideClusters, ...anywhere, ...withinClusters].map((id) => id.toString(16));

/** What is held at once; cues of many hours have a few megabytes. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** Of all tags when they are read: far more than labels and titles take. */
const MAX_TAGS_BYTES = 1024 * 1024;
const CLUSTER_HEAD_BYTES = 64;

export const writeWebm: WriteMark = (body, mark) => reading(body, (source) => write(source, mark));

export const webmCarrier: Carrier = {
  name: "WebM",
  signedAs: null,
  contentType: () => "video/webm",
  matches: webmFormat.matches,
  write: onePass(writeWebm),
  read,
  isStreamed: true,
};

async function* write(source: ByteSource, mark: Mark): AsyncGenerator<Uint8Array> {
  for (;;) {
    const header = await nextTopLevel(source);
    if (header.id === SEGMENT) break;
    yield* source.pass(header.headerBytes + header.size);
  }
  const segment = await nextTopLevel(source);
  const segmentBytes = Buffer.from(await source.take(segment.headerBytes));
  const old = await takeFront(source, segment.size);
  const found = elementsIn(old).flatMap((each) => (each.id === TAGS ? labelsOf(each) : []));
  const aigc = mark.aigc && carriedLabel(found, mark.aigc);
  const front = newFront(old, tagsOf({ ...mark, aigc }));
  const { growth, spareBytes } = front;
  if (segment.size === Number.POSITIVE_INFINITY) yield segmentBytes;
  else yield elementHeader(SEGMENT, segment.size + growth + spareBytes, segment.sizeBytes);
  yield front.bytes;
  yield* writeRest(source, segment.size, old.length, front);
  yield* source.rest();
}

/** `start`: position in the segment of what follows its front. */
async function* writeRest(source: ByteSource, end: number, start: number, front: Front): AsyncGenerator<Uint8Array> {
  let isSpent = front.spareBytes === 0;
  for await (const header of elementsOf(source, end, start)) {
    const { id, position, length } = header;
    if (id === CUES) {
      const cues = await takeElement(source, header);
      const isExpected = position === front.cuesAt && !isSpent;
      yield* withSpare(movedCues(cues, front.move), length + (isExpected ? front.spareBytes : 0));
      isSpent ||= isExpected;
    } else if (id === SEEK_HEAD)
      yield* withSpare(movedSeekHead(await takeElement(source, header), front.move, null), length);
    else if (id === TAGS) yield tagsWithVoids(await takeElement(source, header));
    else if (id === POSITION) yield movedPosition(await takeElement(source, header), front.move);
    else if (id === CLUSTER && header.size !== Number.POSITIVE_INFINITY) yield* writeCluster(source, header, front);
    else yield* source.pass(length);
  }
  // Its size was told before.
  if (!isSpent) yield voidOf(front.spareBytes);
}

/** Of this length in the end. */
function* withSpare(bytes: Buffer, length: number): Generator<Buffer> {
  const spare = length - bytes.length;
  if (spare < 0 || spare === 1) throw refusal("The video's list of places has no room to grow.");
  yield bytes;
  if (spare > 0) yield voidOf(spare);
}

async function* writeCluster(source: ByteSource, { length }: Placed, { move }: Front): AsyncGenerator<Uint8Array> {
  const head = await source.take(Math.min(length, CLUSTER_HEAD_BYTES));
  yield movedClusterHead(head, move);
  yield* source.pass(length - head.length);
}

async function takeFront(source: ByteSource, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const header of elementsOf(source, end, 0)) {
    if (header.id === CLUSTER) break;
    length += header.length;
    if (length > MAX_HELD_BYTES) throw tooLarge();
    parts.push((await takeElement(source, header)).bytes);
  }
  return Buffer.concat(parts);
}

async function read(body: AsyncIterable<Uint8Array>, found: Findings = new Findings()): Promise<Examined> {
  const source = new ByteSource(body);
  let segment = await nextTopLevel(source);
  for (; segment.id !== SEGMENT; segment = await nextTopLevel(source)) {
    await source.skip(segment.headerBytes + segment.size);
  }
  await source.skip(segment.headerBytes);
  for await (const header of elementsOf(source, segment.size, 0)) {
    if (header.id !== TAGS) await source.skip(header.length);
    else if (header.length > MAX_TAGS_BYTES) throw tooLarge();
    else {
      const { aigc, xmp } = marksOfTags((await takeElement(source, header)).contents);
      found.addAigc("Tags", ...aigc);
      for (const packet of xmp) found.addXmp(packet);
    }
  }
  for await (const _ of source.rest());
  // A film is labelled before all of it is there: nothing that was measured of it can stand in its label.
  return { ...found.end(), mediaSha256: null };
}

function labelsOf({ contents }: FlatElement): string[] {
  const { aigc, xmp } = marksOfTags(contents);
  return [...aigc, ...xmp.flatMap((packet) => xmpValues(packet, "AIGC"))];
}

interface Placed extends ElementHeader {
  /** In the segment. */
  position: number;
  /** With its header; of a cluster of unknown size, only that. */
  length: number;
}

/** Each has to be taken, passed or skipped before the next is asked for. What clusters of unknown size hold comes as if it stood beside them. */
async function* elementsOf(source: ByteSource, end: number, start: number): AsyncGenerator<Placed> {
  let hasClusters = start > 0;
  for (let position = start; position < end; ) {
    const isOpen = end === Number.POSITIVE_INFINITY;
    if (isOpen && ((await source.atEnd()) || (hasClusters && (await isTrailer(source))))) return;
    const header = await peekElement(source);
    if (!header) throw damagedWebm("something stands where an element should begin, or it is cut short");
    const isSized = header.size !== Number.POSITIVE_INFINITY;
    if (!isSized && header.id !== CLUSTER) throw damagedWebm("an element has no size");
    const length = header.headerBytes + (isSized ? header.size : 0);
    if (position + length > end) throw damagedWebm("an element reaches beyond the one that holds it");
    hasClusters ||= header.id === CLUSTER;
    yield { ...header, position, length };
    position += length;
  }
}

/** Where sizes are not known, only that no element comes next, nor the beginning of one that was cut, tells the file's end. */
async function isTrailer(source: ByteSource): Promise<boolean> {
  const head = (await source.peek(4)).toString("hex", 0, 4);
  return !known.some((id) => head.startsWith(id) || id.startsWith(head));
}

async function nextTopLevel(source: ByteSource): Promise<ElementHeader> {
  const header = await peekElement(source);
  const isExpected = header && [HEADER, VOID, SEGMENT].includes(header.id);
  if (!isExpected || (header.id !== SEGMENT && header.size === Number.POSITIVE_INFINITY))
    throw damagedWebm("its segment is missing");
  return header;
}

async function takeElement(source: ByteSource, { length }: Placed): Promise<FlatElement> {
  if (length > MAX_HELD_BYTES) throw tooLarge();
  const [element] = elementsIn(Buffer.from(await source.take(length)));
  if (!element) throw damagedWebm("an element is empty");
  return element;
}

function tooLarge() {
  return refusal("The video has a header that is too large to be looked into.");
}
