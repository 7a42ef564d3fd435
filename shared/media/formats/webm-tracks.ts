// The tracks of a WebM file: RFC 9559, 5.1.4.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import { type Element, readChildren, readUnsigned } from "./ebml.ts";
import type { Sides } from "./format.ts";
import { readSides } from "./webm-sides.ts";

export interface Tracks {
  /** The first video track that is enabled, or the first of all. */
  video: Track;
  /** Those that a player shows. */
  shown: Track[];
}

export interface Track extends Sides {
  number: number;
  type: number;
  isEnabled: boolean;
  /** How long a frame stands; 0 when not stated. */
  frameNanoseconds: number;
}

const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const FLAG_ENABLED = 0xb9;
const DEFAULT_DURATION = 0x23e383;
const VIDEO = 0xe0;

const VIDEO_TYPE = 1;
const MAX_TRACKS = 100;

/** A file without a video track is refused. */
export function* readTracks(reader: ByteReader, tracks: Element): Parser<Tracks> {
  const all: Track[] = [];
  yield* readChildren(reader, tracks, {
    *[TRACK_ENTRY](element) {
      if (all.length < MAX_TRACKS) all.push(yield* readTrack(reader, element));
    },
  });
  const enabled = all.filter(({ isEnabled }) => isEnabled);
  const shown = enabled.some(isVideo) ? enabled : all;
  const video = shown.find(isVideo);
  if (!video) throw refusal("The file has no video track.");
  return { video, shown };
}

function isVideo({ type }: Track): boolean {
  return type === VIDEO_TYPE;
}

function* readTrack(reader: ByteReader, entry: Element): Parser<Track> {
  const track: Track = { number: 0, type: 0, isEnabled: true, width: 0, height: 0, frameNanoseconds: 0 };
  yield* readChildren(reader, entry, {
    *[TRACK_NUMBER](element) {
      track.number = yield* readUnsigned(reader, element);
    },
    *[TRACK_TYPE](element) {
      track.type = yield* readUnsigned(reader, element);
    },
    *[FLAG_ENABLED](element) {
      track.isEnabled = (yield* readUnsigned(reader, element)) !== 0;
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
