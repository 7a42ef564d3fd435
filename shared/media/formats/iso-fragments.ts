// Movie fragments, and the index that says how far they reach. ISO/IEC 14496-12, 8.8 and 8.16.3.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, readChildren, readCount, readTime, readVersion } from "./iso-boxes.ts";
import type { Movie } from "./iso-movie.ts";
import type { Track } from "./iso-track.ts";

/** What the fragments hold of one track, in units of its timescale. */
export interface Fragments {
  samples: number;
  /** Decoding time at which the first one begins; null before any came. */
  start: number | null;
  /** Where the last one so far ends: the next one begins there, unless it says otherwise. */
  at: number;
  end: number;
  /** By how much the first sample is shown later than it is decoded. */
  firstDelay: number;
}

/** By track. */
export type FragmentsOfTracks = Map<number, Fragments>;

/** Flags of a track fragment header: which fields are there, and from where its data offsets count. */
const HAS_BASE_OFFSET = 0x1;
const HAS_DESCRIPTION_INDEX = 0x2;
const HAS_DURATION = 0x8;
const HAS_SIZE = 0x10;
const BASE_IS_FRAGMENT = 0x2_0000;

/** Flags of a run: a data offset and the first sample's flags come once, the others for each sample. */
const RUN_HAS_DATA_OFFSET = 0x1;
const RUN_HAS_FIRST_FLAGS = 0x4;
const RUN_HAS_DURATIONS = 0x100;
const RUN_HAS_SIZES = 0x200;
const RUN_HAS_FLAGS = 0x400;
const RUN_HAS_DELAYS = 0x800;
const runRowFlags = [RUN_HAS_DURATIONS, RUN_HAS_SIZES, RUN_HAS_FLAGS, RUN_HAS_DELAYS];

/** One track's part of one fragment while it is read. */
interface Part {
  track: number;
  /** From where data offsets count, and where the next run's data begin that has none. */
  base: number;
  dataAt: number;
  sampleDuration: number;
  sampleBytes: number;
}

/** Returns how far the file has to reach for the fragment's samples. `start`: where the fragment begins in the file. */
export function* readFragment(
  reader: ByteReader,
  moof: Box & { start: number },
  movie: Movie,
  fragments: FragmentsOfTracks,
): Parser<number> {
  let [end, dataAt] = [0, moof.start];
  yield* readChildren(reader, moof, {
    *traf(box) {
      const part: Part = { track: 0, base: dataAt, dataAt, sampleDuration: 0, sampleBytes: 0 };
      yield* readTrackFragment(reader, box, { part, movie, fragments, start: moof.start });
      dataAt = part.dataAt;
      end = Math.max(end, dataAt);
    },
  });
  return end;
}

interface Reading {
  part: Part;
  movie: Movie;
  fragments: FragmentsOfTracks;
  start: number;
}

function* readTrackFragment(reader: ByteReader, traf: Box, { part, movie, fragments, start }: Reading): Parser<void> {
  let own: Fragments | null = null;
  yield* readChildren(reader, traf, {
    *tfhd() {
      yield* readFragmentHeader(reader, part, movie, start);
      const track = movie.tracks.find(({ id }) => id === part.track);
      own = track ? fragmentsOf(fragments, track) : null;
    },
    *tfdt() {
      const { version } = yield* readVersion(reader);
      const time = yield* readTime(reader, version);
      if (own) own.at = time;
    },
    *trun(box) {
      yield* readRun(reader, box, part, own);
    },
  });
}

/** Without a time of its own, the first fragment begins where the movie's own samples end. */
function fragmentsOf(all: FragmentsOfTracks, { id, samples }: Track): Fragments {
  const found = all.get(id) ?? { samples: 0, start: null, at: samples.duration, end: 0, firstDelay: 0 };
  all.set(id, found);
  return found;
}

function* readFragmentHeader(reader: ByteReader, part: Part, { defaults }: Movie, start: number): Parser<void> {
  const { flags } = yield* readVersion(reader);
  part.track = (yield* reader.take(4)).readUInt32BE();
  const usual = defaults.get(part.track);
  if (flags & HAS_BASE_OFFSET) part.base = Number((yield* reader.take(8)).readBigUInt64BE());
  else if (flags & BASE_IS_FRAGMENT) part.base = start;
  part.dataAt = part.base;
  if (flags & HAS_DESCRIPTION_INDEX) yield* reader.skip(4);
  part.sampleDuration = flags & HAS_DURATION ? (yield* reader.take(4)).readUInt32BE() : (usual?.duration ?? 0);
  part.sampleBytes = flags & HAS_SIZE ? (yield* reader.take(4)).readUInt32BE() : (usual?.bytes ?? 0);
}

function* readRun(reader: ByteReader, trun: Box, part: Part, own: Fragments | null): Parser<void> {
  const { flags } = yield* readVersion(reader);
  const rowBytes = 4 * runRowFlags.filter((flag) => flags & flag).length;
  const count = yield* readCount(reader, trun, rowBytes);
  if (flags & RUN_HAS_DATA_OFFSET) part.dataAt = part.base + (yield* reader.take(4)).readInt32BE();
  if (flags & RUN_HAS_FIRST_FLAGS) yield* reader.skip(4);
  const [durationAt, sizeAt, , delayAt] = placesIn(flags);
  let duration = durationAt === null ? count * part.sampleDuration : 0;
  let firstDelay: number | null = null;
  if (sizeAt === null) part.dataAt += count * part.sampleBytes;
  yield* reader.table(rowBytes === 0 ? 0 : count, rowBytes || 4, (rows, at) => {
    if (durationAt !== null && durationAt !== undefined) duration += rows.readUInt32BE(at + durationAt);
    if (sizeAt !== null && sizeAt !== undefined) part.dataAt += rows.readUInt32BE(at + sizeAt);
    if (delayAt !== null && delayAt !== undefined) firstDelay ??= rows.readInt32BE(at + delayAt);
  });
  if (own) addRun(own, { count, duration, firstDelay: firstDelay ?? 0 });
}

/** Where in a row each of its fields is; null when it is not there. */
function placesIn(flags: number): (number | null)[] {
  let at = 0;
  return runRowFlags.map((flag) => {
    if (!(flags & flag)) return null;
    at += 4;
    return at - 4;
  });
}

function addRun(own: Fragments, run: { count: number; duration: number; firstDelay: number }): void {
  if (run.count === 0) return;
  if (own.start === null) own.firstDelay = run.firstDelay;
  own.start = Math.min(own.start ?? own.at, own.at);
  own.samples += run.count;
  own.at += run.duration;
  own.end = Math.max(own.end, own.at);
}

/** The segments that an index lists lie one after another behind it: they have to come. */
export function* readIndex(reader: ByteReader, sidx: Box): Parser<void> {
  const { version } = yield* readVersion(reader);
  yield* reader.skip(8 + (version === 1 ? 8 : 4));
  let end =
    sidx.end +
    (version === 1 ? Number((yield* reader.take(8)).readBigUInt64BE()) : (yield* reader.take(4)).readUInt32BE());
  const count = (yield* reader.take(4)).readUInt16BE(2);
  if (reader.position + 12 * count > sidx.end) throw damagedVideo("a table is longer than its box");
  yield* reader.table(count, 12, (rows, at) => {
    end += rows.readUInt32BE(at) & 0x7fff_ffff;
  });
  reader.promise(end);
}
