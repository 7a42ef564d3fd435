// Movie fragments, and the index that says how far they reach. ISO/IEC 14496-12, 8.8 and 8.16.3.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, readChildren, readCount, readTime, readVersion } from "./iso-boxes.ts";
import type { Movie } from "./iso-movie.ts";

/** What the fragments hold of the video track, in units of its timescale. */
export interface Fragments {
  samples: number;
  /** Decoding time at which the first one begins and the last one ends. */
  start: number | null;
  end: number;
}

/** Flags of a track fragment header: which fields are there. */
const HAS_DATA_OFFSET = 0x1;
const HAS_DESCRIPTION_INDEX = 0x2;
const HAS_DURATION = 0x8;

/** Flags of a run: a data offset and the first sample's flags come once, the others for each sample. */
const RUN_HAS_DATA_OFFSET = 0x1;
const RUN_HAS_FIRST_FLAGS = 0x4;
const RUN_HAS_DURATIONS = 0x100;
const runRowFlags = [RUN_HAS_DURATIONS, 0x200, 0x400, 0x800];

export function* readFragment(reader: ByteReader, moof: Box, movie: Movie, fragments: Fragments): Parser<void> {
  yield* readChildren(reader, moof, {
    *traf(box) {
      yield* readTrackFragment(reader, box, movie, fragments);
    },
  });
}

function* readTrackFragment(reader: ByteReader, traf: Box, movie: Movie, fragments: Fragments): Parser<void> {
  let sampleDuration: number | null = null;
  yield* readChildren(reader, traf, {
    *tfhd() {
      const header = yield* readFragmentHeader(reader);
      if (header.track === movie.video?.id) {
        sampleDuration = header.sampleDuration ?? movie.sampleDurations.get(header.track) ?? 0;
      }
    },
    *tfdt() {
      const { version } = yield* readVersion(reader);
      if (sampleDuration !== null) fragments.end = yield* readTime(reader, version);
    },
    *trun(box) {
      if (sampleDuration !== null) yield* readRun(reader, box, sampleDuration, fragments);
    },
  });
}

function* readFragmentHeader(reader: ByteReader): Parser<{ track: number; sampleDuration: number | null }> {
  const { flags } = yield* readVersion(reader);
  const track = (yield* reader.take(4)).readUInt32BE();
  yield* reader.skip((flags & HAS_DATA_OFFSET ? 8 : 0) + (flags & HAS_DESCRIPTION_INDEX ? 4 : 0));
  const sampleDuration = flags & HAS_DURATION ? (yield* reader.take(4)).readUInt32BE() : null;
  return { track, sampleDuration };
}

function* readRun(reader: ByteReader, trun: Box, sampleDuration: number, fragments: Fragments): Parser<void> {
  const { flags } = yield* readVersion(reader);
  const rowBytes = 4 * runRowFlags.filter((flag) => flags & flag).length;
  const count = yield* readCount(reader, trun, rowBytes);
  fragments.start ??= fragments.end;
  fragments.samples += count;
  if (!(flags & RUN_HAS_DURATIONS)) {
    fragments.end += count * sampleDuration;
    return;
  }
  yield* reader.skip((flags & RUN_HAS_DATA_OFFSET ? 4 : 0) + (flags & RUN_HAS_FIRST_FLAGS ? 4 : 0));
  yield* reader.table(count, rowBytes, (rows, at) => {
    fragments.end += rows.readUInt32BE(at);
  });
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
