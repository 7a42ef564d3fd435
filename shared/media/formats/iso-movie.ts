// The movie box of an MP4 or QuickTime file: how long it is and which tracks it has. ISO/IEC 14496-12, 8.2 and 8.8.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, readChildren, readTime, readVersion } from "./iso-boxes.ts";
import { readTimes, readTrack, type Track } from "./iso-track.ts";

export interface Movie {
  /** As the header states it; 0 when it does not. With fragments, it may leave them out. */
  durationMs: number;
  /** With all fragments; 0 when not stated. */
  fragmentedMs: number;
  /** The first video track; the file may have more. */
  video: Track | null;
  /** Of picture and sound outside of fragments: where they begin in the file, Infinity without any, and how long they are. */
  samplesAt: number;
  sampleBytes: number;
  /** By track: how long a sample of a fragment is that does not say so, in units of the track's timescale. */
  sampleDurations: Map<number, number>;
}

/** Files have a handful. */
const MAX_TRACKS = 100;

export function* readMovie(reader: ByteReader, moov: Box): Parser<Movie> {
  const movie = noMovie();
  let timescale = 0;
  let fragmentedDuration = 0;
  let tracks = 0;
  yield* readChildren(reader, moov, {
    *mvhd() {
      const times = yield* readTimes(reader);
      timescale = times.timescale;
      movie.durationMs = (1000 * times.duration) / timescale;
    },
    *trak(box) {
      tracks += 1;
      if (tracks > MAX_TRACKS) throw damagedVideo("it has too many tracks");
      addTrack(movie, yield* readTrack(reader, box));
    },
    *mvex(box) {
      fragmentedDuration = yield* readExtends(reader, box, movie.sampleDurations);
    },
    // biome-ignore lint/correctness/useYield: it has the shape of its neighbours
    *cmov() {
      throw damagedVideo("its movie header is compressed");
    },
  });
  if (timescale === 0) throw damagedVideo("its movie header is missing");
  movie.fragmentedMs = (1000 * fragmentedDuration) / timescale;
  return movie;
}

function noMovie(): Movie {
  const samples = { samplesAt: Number.POSITIVE_INFINITY, sampleBytes: 0 };
  return { durationMs: 0, fragmentedMs: 0, video: null, ...samples, sampleDurations: new Map() };
}

function addTrack(movie: Movie, track: Track): void {
  if (track.handler !== "vide" && track.handler !== "soun") return;
  if (track.handler === "vide") movie.video ??= track;
  movie.samplesAt = Math.min(movie.samplesAt, track.samples.firstChunkAt);
  movie.sampleBytes += track.samples.bytes;
}

/** Returns the duration with all fragments, in the movie's timescale; 0 when not stated. */
function* readExtends(reader: ByteReader, mvex: Box, sampleDurations: Map<number, number>): Parser<number> {
  let duration = 0;
  yield* readChildren(reader, mvex, {
    *mehd() {
      const { version } = yield* readVersion(reader);
      duration = yield* readTime(reader, version);
    },
    *trex() {
      const fields = yield* reader.take(16);
      if (sampleDurations.size < MAX_TRACKS) sampleDurations.set(fields.readUInt32BE(4), fields.readUInt32BE(12));
    },
  });
  return duration;
}
