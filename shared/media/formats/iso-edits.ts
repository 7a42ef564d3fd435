// Which part of its media a track shows, and when. ISO/IEC 14496-12, 8.6.6.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { type Box, readCount, readVersion } from "./iso-boxes.ts";

export interface Edits {
  /** For so long it shows nothing at first, in the movie's timescale. */
  pause: number;
  /** Where in the media the first edit begins, in the track's timescale. */
  start: number;
  /** Of all edits that show something, in the movie's timescale; 0 when there are none, or when they go on to the end of the media. */
  duration: number;
  /** Whether they are one edit at the media's own pace: then it cannot show more than there is. */
  isPlain: boolean;
}

const NORMAL_RATE = 0x1_0000;

export function noEdits(): Edits {
  return { pause: 0, start: 0, duration: 0, isPlain: true };
}

export function* readEdits(reader: ByteReader, elst: Box): Parser<Edits> {
  const { version } = yield* readVersion(reader);
  const rowBytes = version === 1 ? 20 : 12;
  const count = yield* readCount(reader, elst, rowBytes);
  const edits = noEdits();
  let shown = 0;
  yield* reader.table(count, rowBytes, (rows, at) => {
    const duration = version === 1 ? Number(rows.readBigUInt64BE(at)) : rows.readUInt32BE(at);
    const start = version === 1 ? Number(rows.readBigInt64BE(at + 8)) : rows.readInt32BE(at + 4);
    if (start < 0 && shown === 0) edits.pause += duration;
    else edits.duration += duration;
    if (start < 0) return;
    shown += 1;
    if (shown === 1) edits.start = start;
    edits.isPlain = shown === 1 && rows.readInt32BE(at + rowBytes - 4) === NORMAL_RATE;
  });
  return edits;
}
