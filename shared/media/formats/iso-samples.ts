// The sample tables of a track: ISO/IEC 14496-12, 8.5 and 8.7. They may be long, so they are looked through and never kept.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, damagedVideo, readChildren, readCount, readVersion } from "./iso-boxes.ts";

export interface Samples {
  /** Pixels of the first coding, as stored; 0 when the track is not an image. */
  codedWidth: number;
  codedHeight: number;
  /** How many chunks of samples lie in the file, outside of fragments. */
  chunks: number;
  /** Where in the file the first of them begins; Infinity without one. */
  firstChunkAt: number;
  /** Of all samples together. */
  bytes: number;
}

/** Where in a sample description the sides of the image are: behind the box header and the other fields. */
const SIDES_AT = 32;

export function noSamples(): Samples {
  return { codedWidth: 0, codedHeight: 0, chunks: 0, firstChunkAt: Number.POSITIVE_INFINITY, bytes: 0 };
}

export function* readSamples(reader: ByteReader, stbl: Box): Parser<Samples> {
  const samples = noSamples();
  yield* readChildren(reader, stbl, {
    *stsd(box) {
      yield* readDescription(reader, box, samples);
    },
    *stsz() {
      yield* readSizes(reader, samples);
    },
    *stco(box) {
      yield* readOffsets(reader, box, 4, samples);
    },
    *co64(box) {
      yield* readOffsets(reader, box, 8, samples);
    },
  });
  return samples;
}

function* readDescription(reader: ByteReader, stsd: Box, samples: Samples): Parser<void> {
  yield* readVersion(reader);
  if ((yield* reader.take(4)).readUInt32BE() === 0) throw damagedVideo("a track does not say how it is coded");
  if (reader.position + SIDES_AT + 4 > stsd.end) return;
  yield* reader.skip(SIDES_AT);
  const sides = yield* reader.take(4);
  samples.codedWidth = sides.readUInt16BE(0);
  samples.codedHeight = sides.readUInt16BE(2);
}

/** One size for all samples, or 0 and a table. */
function* readSizes(reader: ByteReader, samples: Samples): Parser<void> {
  yield* readVersion(reader);
  const fields = yield* reader.take(8);
  const size = fields.readUInt32BE(0);
  const count = fields.readUInt32BE(4);
  samples.bytes = size * count;
  if (size > 0) return;
  yield* reader.table(count, 4, (rows, at) => {
    samples.bytes += rows.readUInt32BE(at);
  });
}

function* readOffsets(reader: ByteReader, box: Box, rowBytes: 4 | 8, samples: Samples): Parser<void> {
  yield* readVersion(reader);
  samples.chunks = yield* readCount(reader, box, rowBytes);
  yield* reader.table(samples.chunks, rowBytes, (rows, at) => {
    const offset = rowBytes === 4 ? rows.readUInt32BE(at) : Number(rows.readBigUInt64BE(at));
    samples.firstChunkAt = Math.min(samples.firstChunkAt, offset);
  });
}
