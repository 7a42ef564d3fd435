// How a track, and the movie as a whole, is turned before it is shown. ISO/IEC 14496-12, 8.2.2 and 8.3.2.
import type { ByteReader, Parser } from "../byte-reader.ts";

/** The part of { a b u, c d v, x y w } that turns and mirrors. */
export interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
}

const MATRIX_BYTES = 36;

export function* readMatrix(reader: ByteReader): Parser<Matrix> {
  const fields = yield* reader.take(MATRIX_BYTES);
  const [a = 0, b = 0, c = 0, d = 0] = [0, 4, 12, 16].map((at) => fields.readInt32BE(at) / 65_536);
  return { a, b, c, d };
}

/** First the track's, then the movie's. */
export function combined(first: Matrix, then: Matrix): Matrix {
  return {
    a: first.a * then.a + first.b * then.c,
    b: first.a * then.b + first.b * then.d,
    c: first.c * then.a + first.d * then.c,
    d: first.c * then.b + first.d * then.d,
  };
}

/** What was across is down: turned by a quarter, and perhaps mirrored. */
export function turnsByQuarter({ a, b, c, d }: Matrix): boolean {
  return Math.abs(b) > Math.abs(a) && Math.abs(c) > Math.abs(d);
}
