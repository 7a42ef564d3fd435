// The media data of a WebM file: RFC 9559, 5.1.3. Blocks are counted and timed; their frames are skipped.
import type { ByteReader, Parser } from "../byte-reader.ts";
import {
  type Element,
  type ElementReaders,
  lacksElement,
  nextElement,
  readChildren,
  readElement,
  readSize,
  readUnsigned,
} from "./ebml.ts";

/** Of one track: its blocks so far, and when they begin, in units of the segment's timestamp scale. */
export interface Timeline {
  blocks: number;
  first: number;
  last: number;
  /** How long the last one stands: as it says itself, or as long as the one before it did. 0 when nothing tells. */
  lastStands: number;
}

/** By track. */
export type Timelines = Map<number, Timeline>;

const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const BLOCK_DURATION = 0x9b;

/** What stands beside clusters: one of these ends a cluster of unknown size (RFC 8794, 6.2). */
export const besideClusters = [
  ...[0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1f43b675, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367],
  ...[0x1a45dfa3, 0x18538067],
];

/** What may stand anywhere: room, and a checksum. */
export const anywhere = [0xec, 0xbf];

/** Within a cluster: time, blocks, its place, the size of the one before it, silent tracks, encrypted blocks. */
const withinClusters = [TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, 0xa7, 0xab, 0x5854, 0xaf];

/** Tracks that a file does not describe are not told of. */
const MAX_TRACKS = 100;

/** Returns the element behind the cluster, null at the segment's end, or "trailer" where something else follows than any element. */
export function* readCluster(
  reader: ByteReader,
  cluster: Element,
  segmentEnd: number,
  timelines: Timelines,
): Parser<Element | null | "trailer"> {
  const readers = clusterReaders(reader, timelines);
  const isSized = cluster.end < Number.POSITIVE_INFINITY;
  const isOpen = !isSized && segmentEnd === Number.POSITIVE_INFINITY;
  for (;;) {
    if (isOpen && (yield* lacksElement(reader, [...withinClusters, ...anywhere, ...besideClusters]))) return "trailer";
    const element = yield* nextElement(reader, isSized ? cluster.end : segmentEnd);
    if (!element) return isSized ? yield* behind(reader, segmentEnd) : null;
    if (!isSized && besideClusters.includes(element.id)) return element;
    yield* readElement(reader, element, readers);
  }
}

/** The next element of a segment that has clusters already. */
export function* behind(reader: ByteReader, segmentEnd: number): Parser<Element | null | "trailer"> {
  const isOpen = segmentEnd === Number.POSITIVE_INFINITY;
  if (isOpen && (yield* lacksElement(reader, [...besideClusters, ...anywhere]))) return "trailer";
  return yield* nextElement(reader, segmentEnd);
}

function clusterReaders(reader: ByteReader, timelines: Timelines): ElementReaders {
  let clusterTime = 0;
  function* readBlock(): Parser<Timeline | null> {
    const number = yield* readSize(reader);
    const time = clusterTime + (yield* reader.take(2)).readInt16BE();
    return addBlock(timelines, number, time);
  }
  return {
    *[TIMESTAMP](element) {
      clusterTime = yield* readUnsigned(reader, element);
    },
    *[SIMPLE_BLOCK]() {
      yield* readBlock();
    },
    *[BLOCK_GROUP](element) {
      let timeline: Timeline | null = null;
      let duration: number | null = null;
      yield* readChildren(reader, element, {
        *[BLOCK]() {
          timeline = yield* readBlock();
        },
        *[BLOCK_DURATION](stated) {
          duration = yield* readUnsigned(reader, stated);
        },
      });
      setDuration(timeline, duration);
    },
  };
}

function addBlock(timelines: Timelines, track: number, time: number): Timeline | null {
  const found = timelines.get(track);
  if (!found && timelines.size === MAX_TRACKS) return null;
  const timeline = found ?? { blocks: 0, first: time, last: time, lastStands: 0 };
  timelines.set(track, timeline);
  timeline.blocks += 1;
  timeline.first = Math.min(timeline.first, time);
  if (time > timeline.last) {
    timeline.lastStands = time - timeline.last;
    timeline.last = time;
  }
  return timeline;
}

function setDuration(timeline: Timeline | null, duration: number | null): void {
  if (timeline && duration !== null) timeline.lastStands = duration;
}
