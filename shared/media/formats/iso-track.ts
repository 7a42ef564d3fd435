// One track of an MP4 or QuickTime file: ISO/IEC 14496-12, 8.3 to 8.6.
import type { ByteReader, Parser } from "../byte-reader.ts";
import type { Sides } from "./format.ts";
import { type Box, damagedVideo, readChildren, readTime, readVersion } from "./iso-boxes.ts";
import { type Edits, noEdits, readEdits } from "./iso-edits.ts";
import { type Matrix, readMatrix } from "./iso-matrix.ts";
import { noSamples, readSamples, type Samples } from "./iso-samples.ts";

export interface Track {
  id: number;
  /** Players leave out a track that is not. */
  isEnabled: boolean;
  /** "vide" for video, "soun" for sound. */
  handler: string;
  /** As the track header says: 0 when it does not. */
  stated: Sides;
  matrix: Matrix;
  timescale: number;
  /** Of its media without fragments, as its header says, in units of `timescale`; 0 when not known. */
  duration: number;
  edits: Edits;
  samples: Samples;
  /** Whether its media data lie in another file. */
  isElsewhere: boolean;
}

const ENABLED = 0x1;
const SELF_CONTAINED = 0x1;

export function* readTrack(reader: ByteReader, trak: Box): Parser<Track> {
  const track = noTrack();
  yield* readChildren(reader, trak, {
    *tkhd() {
      Object.assign(track, yield* readTrackHeader(reader));
    },
    *edts(edts) {
      yield* readChildren(reader, edts, {
        *elst(box) {
          track.edits = yield* readEdits(reader, box);
        },
      });
    },
    *mdia(box) {
      yield* readMedia(reader, box, track);
    },
  });
  if (track.id === 0) throw damagedVideo("a track has no header");
  return track;
}

function noTrack(): Track {
  return {
    ...{ id: 0, isEnabled: false, handler: "", stated: { width: 0, height: 0 }, matrix: { a: 1, b: 0, c: 0, d: 1 } },
    ...{ timescale: 0, duration: 0, edits: noEdits(), samples: noSamples(), isElsewhere: false },
  };
}

function* readTrackHeader(reader: ByteReader): Parser<Pick<Track, "id" | "isEnabled" | "stated" | "matrix">> {
  const { version, flags } = yield* readVersion(reader);
  yield* reader.skip(version === 1 ? 16 : 8);
  const id = (yield* reader.take(4)).readUInt32BE();
  yield* reader.skip(version === 1 ? 28 : 24);
  const matrix = yield* readMatrix(reader);
  const sides = yield* reader.take(8);
  const stated = { width: sides.readUInt32BE(0) / 65_536, height: sides.readUInt32BE(4) / 65_536 };
  return { id, isEnabled: (flags & ENABLED) !== 0, stated, matrix };
}

function* readMedia(reader: ByteReader, mdia: Box, track: Track): Parser<void> {
  yield* readChildren(reader, mdia, {
    *mdhd() {
      Object.assign(track, yield* readTimes(reader));
    },
    *hdlr() {
      track.handler = (yield* reader.take(12)).toString("latin1", 8);
    },
    *minf(minf) {
      yield* readChildren(reader, minf, {
        *dinf(dinf) {
          yield* readChildren(reader, dinf, {
            *dref(dref) {
              track.isElsewhere = yield* readReference(reader, dref);
            },
          });
        },
        *stbl(stbl) {
          track.samples = yield* readSamples(reader, stbl);
        },
      });
    },
  });
}

/** 8.7.2: the first reference's flag says that the media data are in this very file. */
function* readReference(reader: ByteReader, dref: Box): Parser<boolean> {
  yield* readVersion(reader);
  const count = (yield* reader.take(4)).readUInt32BE();
  if (count === 0 || reader.position + 12 > dref.end) return false;
  return ((yield* reader.take(12)).readUInt32BE(8) & SELF_CONTAINED) === 0;
}

/** Of a movie or media header: units per second, and a duration in them (0: not known). */
export function* readTimes(reader: ByteReader): Parser<{ timescale: number; duration: number }> {
  const { version } = yield* readVersion(reader);
  yield* reader.skip(version === 1 ? 16 : 8);
  const timescale = (yield* reader.take(4)).readUInt32BE();
  if (timescale === 0) throw damagedVideo("its clock stands still");
  return { timescale, duration: yield* readTime(reader, version) };
}
