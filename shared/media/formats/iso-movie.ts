// The movie box of an MP4 or QuickTime file: its tracks, and what holds for all of them. ISO/IEC 14496-12, 8.2 and 8.8.
import type { ByteReader, Parser } from "../byte-reader.ts";
import type { Sides } from "./format.ts";
import { type Box, damagedVideo, readChildren } from "./iso-boxes.ts";
import { combined, type Matrix, readMatrix, turnsByQuarter } from "./iso-matrix.ts";
import { readTimes, readTrack, type Track } from "./iso-track.ts";

export interface Movie {
  /** Of edits. */
  timescale: number;
  matrix: Matrix;
  /** Those that a player shows: the enabled ones, or all when none is. */
  tracks: Track[];
  /** The first video track of them. */
  video: Track | null;
  /** By track: of a fragment's sample that does not say it itself. */
  defaults: Map<number, SampleDefaults>;
  /** Whether fragments may follow. */
  isFragmented: boolean;
}

export interface SampleDefaults {
  /** In units of the track's timescale. */
  duration: number;
  bytes: number;
}

/** Files have a handful. */
const MAX_TRACKS = 100;

export function* readMovie(reader: ByteReader, moov: Box): Parser<Movie> {
  const movie: Movie = {
    ...{ timescale: 0, matrix: { a: 1, b: 0, c: 0, d: 1 }, tracks: [], video: null },
    ...{ defaults: new Map(), isFragmented: false },
  };
  yield* readChildren(reader, moov, {
    *mvhd(box) {
      movie.timescale = (yield* readTimes(reader)).timescale;
      // The rate, the volume and room for more lie between.
      if (box.end - reader.position < 16 + 36) return;
      yield* reader.skip(16);
      movie.matrix = yield* readMatrix(reader);
    },
    *trak(box) {
      if (movie.tracks.length === MAX_TRACKS) throw damagedVideo("it has too many tracks");
      movie.tracks.push(yield* readTrack(reader, box));
    },
    *mvex(box) {
      movie.isFragmented = true;
      yield* readExtends(reader, box, movie.defaults);
    },
    // biome-ignore lint/correctness/useYield: it has the shape of its neighbours
    *cmov() {
      throw damagedVideo("its movie header is compressed");
    },
  });
  if (movie.timescale === 0) throw damagedVideo("its movie header is missing");
  const enabled = movie.tracks.filter(({ isEnabled }) => isEnabled);
  if (enabled.some(isVideo)) movie.tracks = enabled;
  movie.video = movie.tracks.find(isVideo) ?? null;
  return movie;
}

function isVideo({ handler }: Track): boolean {
  return handler === "vide";
}

function* readExtends(reader: ByteReader, mvex: Box, defaults: Movie["defaults"]): Parser<void> {
  yield* readChildren(reader, mvex, {
    *trex() {
      const fields = yield* reader.take(20);
      const found = { duration: fields.readUInt32BE(12), bytes: fields.readUInt32BE(16) };
      if (defaults.size < MAX_TRACKS) defaults.set(fields.readUInt32BE(4), found);
    },
  });
}

/**
 * As shown: the coding's, with the shape of its pixels. Where the coding does not say that shape, the track header's sides do; and where it has no
 * sides at all, they are those of the track header. Then the matrices turn them.
 */
export function shownSides({ matrix }: Movie, { samples, stated, matrix: own }: Track): Sides {
  const { width, height, aspect } = samples.coding;
  const isStated = stated.width > 0 && stated.height > 0;
  const shape = aspect ?? (isStated ? (stated.width * height) / (stated.height * width) : 1);
  const sides = width > 0 && height > 0 ? { width: width * shape, height } : stated;
  const [across, down] = [Math.round(sides.width), Math.round(sides.height)];
  return turnsByQuarter(combined(own, matrix)) ? { width: down, height: across } : { width: across, height: down };
}
