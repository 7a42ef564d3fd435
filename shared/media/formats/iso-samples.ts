// The sample tables of a track: ISO/IEC 14496-12, 8.5 to 8.7. Those that say where its samples lie are kept until the track has been read.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, readChildren, readCount, readVersion } from "./iso-boxes.ts";
import { type Coding, readCoding } from "./iso-coding.ts";

export interface Samples {
  coding: Coding;
  /** How many chunks of samples lie in the file, outside of fragments. */
  chunks: number;
  /** Offset in the file behind the last byte of any of them. */
  end: number;
  /** How long they stand together, in units of the track's timescale. */
  duration: number;
  /** By how much the first one is shown later than it is decoded, likewise. */
  firstDelay: number;
}

/** A table of four hours at 60 frames a second has as many rows. Of a longer one less is known, and nothing is kept. */
const MAX_KEPT_ROWS = 2 ** 20;

interface Tables {
  /** Of all samples together, in bytes. */
  bytes: number;
  /** Of each sample, or one for all. Null when they are too many to keep. */
  sizes: number[] | number | null;
  /** Runs of chunks with as many samples each: the first chunk of each run, from 1, and how many. */
  runs: { first: number; samples: number }[] | null;
  /** Where each chunk begins. */
  offsets: number[] | null;
  firstChunkAt: number;
  lastChunkAt: number;
}

export function noSamples(): Samples {
  return { coding: { type: "", width: 0, height: 0, aspect: null }, chunks: 0, end: 0, duration: 0, firstDelay: 0 };
}

export function* readSamples(reader: ByteReader, stbl: Box): Parser<Samples> {
  const samples = noSamples();
  const places = { firstChunkAt: Number.POSITIVE_INFINITY, lastChunkAt: 0 };
  const tables: Tables = { bytes: 0, sizes: 0, runs: [], offsets: [], ...places };
  yield* readChildren(reader, stbl, {
    *stsd(box) {
      samples.coding = yield* readCoding(reader, box);
    },
    *stts(box) {
      samples.duration = yield* readDurations(reader, box);
    },
    *ctts(box) {
      samples.firstDelay = yield* readFirstDelay(reader, box);
    },
    *stsc(box) {
      yield* readRuns(reader, box, tables);
    },
    *stsz() {
      yield* readSizes(reader, tables);
    },
    *stz2() {
      yield* readCompactSizes(reader, tables);
    },
    *stco(box) {
      samples.chunks = yield* readOffsets(reader, box, 4, tables);
    },
    *co64(box) {
      samples.chunks = yield* readOffsets(reader, box, 8, tables);
    },
  });
  samples.end = endOf(tables);
  return samples;
}

function* readDurations(reader: ByteReader, stts: Box): Parser<number> {
  yield* readVersion(reader);
  const count = yield* readCount(reader, stts, 8);
  let sum = 0;
  yield* reader.table(count, 8, (rows, at) => {
    // Negative ones are written by mistake, and players take them for the least that there is.
    sum += rows.readUInt32BE(at) * Math.max(rows.readInt32BE(at + 4), 0);
  });
  return sum;
}

function* readFirstDelay(reader: ByteReader, ctts: Box): Parser<number> {
  yield* readVersion(reader);
  return (yield* readCount(reader, ctts, 8)) === 0 ? 0 : (yield* reader.take(8)).readInt32BE(4);
}

function* readRuns(reader: ByteReader, stsc: Box, tables: Tables): Parser<void> {
  yield* readVersion(reader);
  const count = yield* readCount(reader, stsc, 12);
  const kept = count > MAX_KEPT_ROWS ? null : tables.runs;
  tables.runs = kept;
  yield* reader.table(count, 12, (rows, at) => {
    kept?.push({ first: rows.readUInt32BE(at), samples: rows.readUInt32BE(at + 4) });
  });
}

/** One size for all samples, or 0 and a table. */
function* readSizes(reader: ByteReader, tables: Tables): Parser<void> {
  yield* readVersion(reader);
  const fields = yield* reader.take(8);
  const size = fields.readUInt32BE(0);
  const count = fields.readUInt32BE(4);
  tables.bytes = size * count;
  tables.sizes = size;
  if (size === 0) yield* readSizeTable(reader, count, 4, tables);
}

/** In 4, 8 or 16 bits each. */
function* readCompactSizes(reader: ByteReader, tables: Tables): Parser<void> {
  yield* readVersion(reader);
  const bits = (yield* reader.take(4)).readUInt8(3);
  const count = (yield* reader.take(4)).readUInt32BE();
  if (bits === 8 || bits === 16) yield* readSizeTable(reader, count, bits === 8 ? 1 : 2, tables);
  else tables.sizes = null;
}

function* readSizeTable(reader: ByteReader, count: number, rowBytes: 1 | 2 | 4, tables: Tables): Parser<void> {
  const kept: number[] | null = count > MAX_KEPT_ROWS ? null : [];
  tables.sizes = kept;
  yield* reader.table(count, rowBytes, (rows, at) => {
    const size = rows.readUIntBE(at, rowBytes);
    tables.bytes += size;
    kept?.push(size);
  });
}

function* readOffsets(reader: ByteReader, box: Box, rowBytes: 4 | 8, tables: Tables): Parser<number> {
  yield* readVersion(reader);
  const count = yield* readCount(reader, box, rowBytes);
  const kept: number[] | null = count > MAX_KEPT_ROWS ? null : [];
  tables.offsets = kept;
  yield* reader.table(count, rowBytes, (rows, at) => {
    const offset = rowBytes === 4 ? rows.readUInt32BE(at) : Number(rows.readBigUInt64BE(at));
    tables.firstChunkAt = Math.min(tables.firstChunkAt, offset);
    tables.lastChunkAt = Math.max(tables.lastChunkAt, offset);
    kept?.push(offset);
  });
  return count;
}

/** How far the file has to reach. Without the whole tables, as far as is sure: samples of one track do not overlap. */
function endOf({ bytes, sizes, runs, offsets, firstChunkAt, lastChunkAt }: Tables): number {
  if (lastChunkAt === 0) return 0;
  if (sizes === null || runs === null || runs.length === 0 || offsets === null)
    return Math.max(lastChunkAt, firstChunkAt + bytes);
  let end = 0;
  let run = 0;
  let sample = 0;
  for (const [i, offset] of offsets.entries()) {
    while ((runs[run + 1]?.first ?? Number.POSITIVE_INFINITY) <= i + 1) run += 1;
    const samples = runs[run]?.samples ?? 0;
    let chunkEnd = offset;
    if (typeof sizes === "number") chunkEnd += samples * sizes;
    else
      for (const last = Math.min(sample + samples, sizes.length); sample < last; sample++)
        chunkEnd += sizes[sample] ?? 0;
    end = Math.max(end, chunkEnd);
  }
  return end;
}
