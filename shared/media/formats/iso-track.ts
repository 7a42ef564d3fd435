// One track of an MP4 or QuickTime file: ISO/IEC 14496-12, 8.3 and 8.4.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, readChildren, readTime, readVersion } from "./iso-boxes.ts";
import { noSamples, readSamples, type Samples } from "./iso-samples.ts";

export interface Track {
  id: number;
  /** "vide" for video, "soun" for sound. */
  handler: string;
  /** Pixels as shown: with the aspect of its pixels, and turned when its matrix turns it by a quarter. */
  width: number;
  height: number;
  timescale: number;
  /** Without fragments, in units of `timescale`. */
  duration: number;
  samples: Samples;
}

const MATRIX_BYTES = 36;

export function* readTrack(reader: ByteReader, trak: Box): Parser<Track> {
  const samples = noSamples();
  const track: Track = { id: 0, handler: "", width: 0, height: 0, timescale: 0, duration: 0, samples };
  yield* readChildren(reader, trak, {
    *tkhd() {
      Object.assign(track, yield* readTrackHeader(reader));
    },
    *mdia(box) {
      yield* readMedia(reader, box, track);
    },
  });
  if (track.id === 0) throw damagedVideo("a track has no header");
  return track.width > 0 ? track : withCodedSides(track);
}

/** Some recorders leave the sides of the track header at 0. */
function withCodedSides(track: Track): Track {
  return { ...track, width: track.samples.codedWidth, height: track.samples.codedHeight };
}

function* readTrackHeader(reader: ByteReader): Parser<Pick<Track, "id" | "width" | "height">> {
  const { version } = yield* readVersion(reader);
  yield* reader.skip(version === 1 ? 16 : 8);
  const id = (yield* reader.take(4)).readUInt32BE();
  yield* reader.skip(version === 1 ? 28 : 24);
  const fields = yield* reader.take(MATRIX_BYTES + 8);
  const sides = [fields.readUInt32BE(MATRIX_BYTES), fields.readUInt32BE(MATRIX_BYTES + 4)];
  if (turnsByQuarter(fields)) sides.reverse();
  const [width = 0, height = 0] = sides.map((side) => Math.round(side / 65_536));
  return { id, width, height };
}

/** The matrix { a b u, c d v, x y w }: a and d are zero, b and c are not. */
function turnsByQuarter(matrix: Buffer): boolean {
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => matrix.readInt32BE(offset));
  return a === 0 && d === 0 && b !== 0 && c !== 0;
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
        *stbl(stbl) {
          track.samples = yield* readSamples(reader, stbl);
        },
      });
    },
  });
}

/** Of a movie or media header: units per second, and a duration in them (0: not known). */
export function* readTimes(reader: ByteReader): Parser<{ timescale: number; duration: number }> {
  const { version } = yield* readVersion(reader);
  yield* reader.skip(version === 1 ? 16 : 8);
  const timescale = (yield* reader.take(4)).readUInt32BE();
  if (timescale === 0) throw damagedVideo("its clock stands still");
  return { timescale, duration: yield* readTime(reader, version) };
}
