// The media data of a WebM file: RFC 9559, 5.1.3. Blocks are counted and timed; their frames are skipped.
import type { ByteReader, Parser } from "../byte-reader.ts";
import {
  type Element,
  type ElementReaders,
  nextElement,
  readChildren,
  readElement,
  readSize,
  readUnsigned,
} from "./ebml.ts";

/** Of the video track: its blocks so far, and when they begin, in units of the segment's timestamp scale. */
export interface Timeline {
  blocks: number;
  first: number;
  last: number;
}

const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;

/** What stands beside clusters: one of these ends a cluster of unknown size (RFC 8794, 6.2). */
const besideClusters = [0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1f43b675, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367];

/** Returns the element behind the cluster, or null at the segment's end. */
export function* readCluster(
  reader: ByteReader,
  cluster: Element,
  segmentEnd: number,
  track: number,
  timeline: Timeline,
): Parser<Element | null> {
  const readers = clusterReaders(reader, track, timeline);
  const isSized = cluster.end < Number.POSITIVE_INFINITY;
  for (;;) {
    const element = yield* nextElement(reader, isSized ? cluster.end : segmentEnd);
    if (!element) return isSized ? yield* nextElement(reader, segmentEnd) : null;
    if (!isSized && besideClusters.includes(element.id)) return element;
    yield* readElement(reader, element, readers);
  }
}

function clusterReaders(reader: ByteReader, track: number, timeline: Timeline): ElementReaders {
  let clusterTime = 0;
  function* readBlock(): Parser<void> {
    const number = yield* readSize(reader);
    const time = clusterTime + (yield* reader.take(2)).readInt16BE();
    if (number === track) addBlock(timeline, time);
  }
  return {
    *[TIMESTAMP](element) {
      clusterTime = yield* readUnsigned(reader, element);
    },
    [SIMPLE_BLOCK]: readBlock,
    *[BLOCK_GROUP](element) {
      yield* readChildren(reader, element, { [BLOCK]: readBlock });
    },
  };
}

function addBlock(timeline: Timeline, time: number): void {
  timeline.first = timeline.blocks === 0 ? time : Math.min(timeline.first, time);
  timeline.last = timeline.blocks === 0 ? time : Math.max(timeline.last, time);
  timeline.blocks += 1;
}
