// WebM: https://www.webmproject.org/docs/container/, a part of Matroska (RFC 9559).
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged, refusal } from "../refusal.ts";
import { type Element, nextElement, readChildren, readElement, readFloat, readText, readUnsigned } from "./ebml.ts";
import { checkDuration, checkSides, type Facts, type Format, MAX_TRAILER_BYTES } from "./format.ts";
import { behind, readCluster, type Timelines } from "./webm-cluster.ts";
import { readTracks, type Tracks } from "./webm-tracks.ts";

export const webm: Format = {
  name: "a WebM video",
  kind: "video",
  extension: "webm",
  matches: (head) => head.toString("latin1", 0, 4) === "\x1aE\xdf\xa3",
  parse,
};

const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
const VOID = 0xec;
const INFO = 0x1549a966;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;

interface Segment {
  /** Nanoseconds in a unit of all other times. */
  timestampScale: number;
  /** 0 when not stated: recorders that write while they record do not know it. */
  duration: number;
  tracks: Tracks | null;
  timelines: Timelines;
}

function* parse(reader: ByteReader): Parser<Facts> {
  yield* readHeader(reader);
  let element = yield* nextElement(reader, Number.POSITIVE_INFINITY);
  while (element?.id === VOID) {
    yield* readElement(reader, element, {});
    element = yield* nextElement(reader, Number.POSITIVE_INFINITY);
  }
  if (element?.id !== SEGMENT) throw damaged("WebM", "its segment is missing");
  const segment = yield* readSegment(reader, element.end);
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return judge(segment);
}

function* readHeader(reader: ByteReader): Parser<void> {
  const header = yield* nextElement(reader, Number.POSITIVE_INFINITY);
  let docType = "";
  if (header) {
    yield* readChildren(reader, header, {
      *[DOC_TYPE](element) {
        docType = yield* readText(reader, element);
      },
    });
  }
  if (docType === "matroska") throw refusal("The file is Matroska; of this family only WebM is kept.");
  if (docType !== "webm") throw damaged("WebM", "its header does not say that it is WebM");
}

function* readSegment(reader: ByteReader, end: number): Parser<Segment> {
  const segment: Segment = {
    timestampScale: 1_000_000,
    duration: 0,
    tracks: null,
    timelines: new Map(),
  };
  let element: Element | null | "trailer" = yield* nextElement(reader, end);
  while (element !== null && element !== "trailer") {
    if (element.id === CLUSTER) {
      if (!segment.tracks) throw damaged("WebM", "its tracks are not described before their data");
      element = yield* readCluster(reader, element, end, segment.timelines);
    } else {
      yield* readTopLevel(reader, element, segment);
      element = yield* segment.timelines.size === 0 ? nextElement(reader, end) : behind(reader, end);
    }
  }
  return segment;
}

function* readTopLevel(reader: ByteReader, element: Element, segment: Segment): Parser<void> {
  yield* readElement(reader, element, {
    *[INFO](info) {
      yield* readInfo(reader, info, segment);
    },
    *[TRACKS](tracks) {
      segment.tracks ??= yield* readTracks(reader, tracks);
      checkSides(segment.tracks.video.width, segment.tracks.video.height);
    },
  });
}

function* readInfo(reader: ByteReader, info: Element, segment: Segment): Parser<void> {
  yield* readChildren(reader, info, {
    *[TIMESTAMP_SCALE](element) {
      segment.timestampScale = yield* readUnsigned(reader, element);
    },
    *[DURATION](element) {
      segment.duration = yield* readFloat(reader, element);
    },
  });
}

function judge(segment: Segment): Facts {
  const { tracks, timelines, duration, timestampScale } = segment;
  if (!tracks || !timelines.has(tracks.video.number)) throw refusal("The video has no media data.");
  const statedMs = (duration * timestampScale) / 1e6;
  const { width, height } = tracks.video;
  return { ...checkSides(width, height), durationMs: checkDuration(statedMs || measuredMs(tracks, segment)) };
}

/** From the first block of all tracks to the end of the last one. */
function measuredMs({ shown }: Tracks, { timelines, timestampScale }: Segment): number {
  let [start, end] = [Number.POSITIVE_INFINITY, 0];
  for (const { number, frameNanoseconds } of shown) {
    const timeline = timelines.get(number);
    if (!timeline) continue;
    const lastStands = frameNanoseconds / timestampScale || timeline.lastStands;
    start = Math.min(start, timeline.first);
    end = Math.max(end, timeline.last + lastStands);
  }
  return Math.max(1, ((end - start) * timestampScale) / 1e6);
}
