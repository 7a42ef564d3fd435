// MP3: frames of MPEG audio, layer III (ISO/IEC 11172-3 and 13818-3), behind an ID3v2 tag (id3.org) and before older tags.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { damaged } from "../refusal.ts";
import { checkDuration, type Facts, type Format, MAX_TRAILER_BYTES } from "./format.ts";

export const mp3: Format = {
  name: "an MP3 sound",
  kind: "audio",
  extension: "mp3",
  matches: (head) => head.toString("latin1", 0, 3) === "ID3" || frameOf(head) !== null,
  parse,
};

const MAX_TAG_BYTES = 16 * 1024 * 1024;

interface Frame {
  bytes: number;
  samples: number;
  rate: number;
}

function* parse(reader: ByteReader): Parser<Facts> {
  yield* skipTags(reader);
  let milliseconds = 0;
  let frames = 0;
  for (;;) {
    const head = yield* reader.peek(4);
    const frame = frameOf(head);
    if (!frame) break;
    // The first frame may only tell of the others, and is heard as silence all the same.
    frames += 1;
    milliseconds += (1000 * frame.samples) / frame.rate;
    yield* reader.skip(frame.bytes);
  }
  if (frames < 2) throw damaged("MP3", "it has no two frames of sound");
  yield* reader.skipRest(MAX_TRAILER_BYTES);
  return { width: null, height: null, durationMs: checkDuration(milliseconds) };
}

function* skipTags(reader: ByteReader): Parser<void> {
  for (;;) {
    const head = yield* reader.peek(10);
    if (head.length < 10 || head.toString("latin1", 0, 3) !== "ID3") return;
    const sizes = [...head.subarray(6, 10)];
    const size = sizes.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const footer = (head.readUInt8(5) & 0x10) === 0 ? 0 : 10;
    if (sizes.some((byte) => byte > 127) || size > MAX_TAG_BYTES)
      throw damaged("MP3", "its tag has no length that is possible");
    yield* reader.skip(10 + size + footer);
  }
}

const kilobits = {
  1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const rates = [44_100, 48_000, 32_000] as const;

/** Null where no frame of layer III begins. */
function frameOf(head: Buffer): Frame | null {
  if (head.length < 4) return null;
  const bits = head.readUInt32BE(0);
  const version = (bits >>> 19) & 3;
  const isLayer3 = ((bits >>> 17) & 3) === 1;
  if (bits >>> 21 !== 0x7ff || version === 1 || !isLayer3) return null;
  const first = version === 3;
  const kbit = kilobits[first ? 1 : 2][((bits >>> 12) & 15) - 1];
  const full = rates[(bits >>> 10) & 3];
  if (kbit === undefined || full === undefined) return null;
  const rate = first ? full : version === 2 ? full / 2 : full / 4;
  const samples = first ? 1152 : 576;
  const bytes = Math.floor((samples * kbit * 125) / rate) + ((bits >>> 9) & 1);
  return { bytes, samples, rate };
}
