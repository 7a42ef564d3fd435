// WAV: RIFF with `fmt ` and `data` (Microsoft, Multimedia Programming Interface 1.0; WAVEFORMATEX).
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";
import { checkDuration, type Facts, type Format, MAX_TRAILER_BYTES } from "./format.ts";

export const wav: Format = {
  name: "a WAV sound",
  kind: "audio",
  extension: "wav",
  matches: (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WAVE",
  parse,
};

const MOST_CHANNELS = 8;
const MOST_FMT_BYTES = 4096;
/** What was written into a pipe says one of these: nobody knew yet how long it would be. */
const unknownLengths = [0, 0xffff_ffff, 0x7fff_ffff];

export function isUnknownLength(length: number): boolean {
  return unknownLengths.includes(length);
}

function* parse(reader: ByteReader): Parser<Facts> {
  yield* reader.take(12);
  let bytesPerSecond = 0;
  let soundBytes = 0;
  while (!(yield* reader.atEnd())) {
    if (soundBytes > 0) {
      yield* readBehindSound(reader);
      continue;
    }
    const header = yield* reader.take(8);
    const type = header.toString("latin1", 0, 4);
    const length = header.readUInt32LE(4);
    if (type === "fmt ") bytesPerSecond = readRate(yield* reader.take(boundedLength(length)), length);
    else if (type !== "data") yield* reader.skip(length + (length % 2));
    else if (bytesPerSecond === 0) throw damaged("WAV", "its sound comes before what it is");
    else soundBytes = yield* readSound(reader, length);
  }
  if (soundBytes === 0) throw damaged("WAV", "it has no sound");
  return { width: null, height: null, durationMs: checkDuration((1000 * soundBytes) / bytesPerSecond) };
}

function boundedLength(length: number): number {
  if (length < 16 || length > MOST_FMT_BYTES)
    throw damaged("WAV", "what it says of its sound has no length that is possible");
  return length + (length % 2);
}

function readRate(fmt: Buffer, length: number): number {
  const [channels, rate, perSecond, perSample] = [
    fmt.readUInt16LE(2),
    fmt.readUInt32LE(4),
    fmt.readUInt32LE(8),
    fmt.readUInt16LE(12),
  ];
  const isPossible = channels >= 1 && channels <= MOST_CHANNELS && rate >= 1000 && rate <= 768_000;
  if (!isPossible || perSample === 0 || perSecond !== rate * perSample || length < 16) {
    throw damaged("WAV", "its channels and rates are not possible");
  }
  return perSecond;
}

/** The bytes of the sound that are really there. */
function* readSound(reader: ByteReader, length: number): Parser<number> {
  if (!isUnknownLength(length)) {
    yield* reader.skip(length);
    if (length % 2 === 1 && !(yield* reader.atEnd())) yield* reader.skip(1);
    return length;
  }
  const start = reader.position;
  while (!(yield* reader.atEnd())) yield* reader.some();
  return reader.position - start;
}

function* readBehindSound(reader: ByteReader): Parser<void> {
  const header = yield* reader.peek(8);
  const length = header.length === 8 ? header.readUInt32LE(4) : Number.POSITIVE_INFINITY;
  // What is no chunk is a trailer of somebody's.
  if (length > MAX_TRAILER_BYTES) return yield* reader.skipRest(MAX_TRAILER_BYTES);
  yield* reader.take(8);
  yield* reader.skipUpTo(length + (length % 2));
}
