// The tracks of a WebM file: RFC 9559, 5.1.4.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import { type Element, readChildren, readUnsigned } from "./ebml.ts";

export interface VideoTrack {
  number: number;
  /** Pixels as stored: neither cropped nor stretched. */
  width: number;
  height: number;
  /** How long a frame stands; 0 when not stated. */
  frameNanoseconds: number;
}

const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const DEFAULT_DURATION = 0x23e383;
const VIDEO = 0xe0;
const PIXEL_WIDTH = 0xb0;
const PIXEL_HEIGHT = 0xba;

const VIDEO_TYPE = 1;

/** The first video track. A file without one is refused. */
export function* readTracks(reader: ByteReader, tracks: Element): Parser<VideoTrack> {
  const found: { video: VideoTrack | null } = { video: null };
  yield* readChildren(reader, tracks, {
    *[TRACK_ENTRY](element) {
      const { type, ...track } = yield* readTrack(reader, element);
      if (type === VIDEO_TYPE) found.video ??= track;
    },
  });
  if (!found.video) throw refusal("The file has no video track.");
  return found.video;
}

function* readTrack(reader: ByteReader, entry: Element): Parser<VideoTrack & { type: number }> {
  const track = { number: 0, type: 0, width: 0, height: 0, frameNanoseconds: 0 };
  yield* readChildren(reader, entry, {
    *[TRACK_NUMBER](element) {
      track.number = yield* readUnsigned(reader, element);
    },
    *[TRACK_TYPE](element) {
      track.type = yield* readUnsigned(reader, element);
    },
    *[DEFAULT_DURATION](element) {
      track.frameNanoseconds = yield* readUnsigned(reader, element);
    },
    *[VIDEO](element) {
      Object.assign(track, yield* readSides(reader, element));
    },
  });
  return track;
}

function* readSides(reader: ByteReader, video: Element): Parser<{ width: number; height: number }> {
  const sides = { width: 0, height: 0 };
  yield* readChildren(reader, video, {
    *[PIXEL_WIDTH](element) {
      sides.width = yield* readUnsigned(reader, element);
    },
    *[PIXEL_HEIGHT](element) {
      sides.height = yield* readUnsigned(reader, element);
    },
  });
  return sides;
}
