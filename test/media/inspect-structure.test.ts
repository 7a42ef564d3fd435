import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inspectBytes, inspectSource, refusalOf } from "./inspecting.ts";
import { box, overwrite, pick, rewrite } from "./iso-surgery.ts";
import { fixture, noise } from "./media-samples.ts";

const animation = sharp([await noise(4, 1).png().toBuffer(), await noise(4, 2).png().toBuffer()], {
  join: { animated: true },
});
const png = await noise(3).png().toBuffer();
const jpeg = await noise(3).jpeg().toBuffer();
const gif = await noise(3).gif().toBuffer();
const lossy = await noise(3).webp().toBuffer();
const lossless = await noise(3).webp({ lossless: true }).toBuffer();
const transparent = await noise(4).webp().toBuffer();
const animated = await animation.webp({ delay: [100, 100] }).toBuffer();
const faststart = await fixture("faststart.mp4");
const movieAtEnd = await fixture("moov-at-end.mp4");
const fragmented = await fixture("fragmented.mp4");
const indexed = await fixture("indexed.mp4");
const webm = await fixture("known-sizes.webm");
const streamed = await fixture("streamed.webm");

const videoTrack = ["moov", "trak"];
const media = [...videoTrack, "mdia"];
const tables = [...media, "minf", "stbl"];
const remove = () => null;

describe("an image is refused", () => {
  it.each<[flaw: string, bytes: Buffer, message: RegExp]>([
    ["a PNG of no width", withHeader(png, 0, 17), /0 by 17 pixels/],
    ["a PNG of no height", withHeader(png, 24, 0), /24 by 0 pixels/],
    ["a PNG that is too wide", withHeader(png, 65_536, 17), /65536 by 17 pixels; each side has to be 1 to 65535/],
    ["a PNG of an unknown coding", overwriteHeader(png, 9, 5), /coding that does not exist/],
    ["a PNG without data", Buffer.concat([png.subarray(0, 33), png.subarray(-12)]), /no image data/],
    ["a PNG without its palette", overwriteHeader(png, 9, 3), /palette is missing/],
    [
      "a PNG without its header",
      Buffer.concat([png.subarray(0, 8), png.subarray(33)]),
      /does not begin with its header/,
    ],
    ["a JPEG of no height", overwrite(jpeg, frameOf(jpeg) + 5, Buffer.alloc(2)), /24 by 0 pixels/],
    ["a JPEG without a frame header", without(jpeg, frameOf(jpeg), 2 + 17), /before the image's size/],
    ["a JPEG without image data", Buffer.concat([jpeg.subarray(0, scanOf(jpeg)), endOfImage]), /no image data/],
    ["a JPEG with an empty scan", Buffer.concat([jpeg.subarray(0, scanOf(jpeg) + 14), endOfImage]), /no image data/],
    ["a lossless JPEG", overwrite(jpeg, frameOf(jpeg) + 1, Buffer.of(0xc3)), /browsers do not show/],
    [
      "a JPEG of two sizes",
      Buffer.concat([jpeg.subarray(0, scanOf(jpeg)), frame(jpeg), jpeg.subarray(scanOf(jpeg))]),
      /twice/,
    ],
    ["a JPEG with a marker within a scan", overwrite(jpeg, scanOf(jpeg) + 20, Buffer.of(0xff, 1)), /none may be/],
    ["a GIF whose image has no data", gifOf("2c0000000018001100000200"), /an image has no data/],
    ["a GIF of no width", overwrite(gif, 6, Buffer.alloc(2)), /0 by 17 pixels/],
    ["a GIF without an image", gifOf(""), /no image/],
    ["a lossy WebP of no width", overwrite(lossy, 26, Buffer.alloc(2)), /0 by 17 pixels/],
    ["a lossy WebP that begins within a video", overwrite(lossy, 20, Buffer.of(0xff)), /no valid header/],
    ["a lossless WebP of an unknown version", overwrite(lossless, 24, Buffer.of(0xff)), /no valid header/],
    ["a WebP whose image does not fill it", overwrite(transparent, 24, Buffer.of(24)), /size of its place/],
    ["a WebP whose frames lie outside of it", overwrite(animated, 24, Buffer.of(9)), /outside of the canvas/],
    ["an animated WebP without frames", replaceAll(animated, "ANMF", "XXXX"), /no image/],
  ])("when it is %s", async (_, bytes, message) => {
    const refusal = await refusalOf(inspectBytes(bytes, { expect: "image" }));
    expect(refusal).toEqual({ type: "invalid_output", message: expect.stringMatching(message) });
  });
});

describe("an animation", () => {
  it("is one by its frames: those that do not say how long they stand are shown for 100 ms, as in browsers", async () => {
    const delayed = await animation.gif({ delay: [100, 100] }).toBuffer();
    const [control, none] = [Buffer.from("21f904", "hex"), Buffer.alloc(2)];
    const first = delayed.indexOf(control) + 4;
    const second = delayed.indexOf(control, first) + 4;
    const undelayed = overwrite(overwrite(delayed, first, none), second, none);
    expect(await inspectBytes(delayed, { expect: "image" })).toMatchObject({ durationMs: 200 });
    expect(await inspectBytes(undelayed, { expect: "image" })).toMatchObject({ durationMs: 200 });
    const undelayedWebp = await animation.webp({ delay: [0, 0] }).toBuffer();
    expect(await inspectBytes(undelayedWebp, { expect: "image" })).toMatchObject({ durationMs: 200 });
  });

  it("of one frame is a still image, however long the frame stands", async () => {
    const oneFrame = gifOf("21f904000a000000" + "2c0000000018001100000202440100");
    expect(await inspectBytes(oneFrame, { expect: "image" })).toMatchObject({ width: 24, durationMs: null });
  });
});

describe("an MP4 is refused", () => {
  it.each<[flaw: string, bytes: Buffer, message: RegExp]>([
    ["it has no movie header", pick(movieAtEnd, "ftyp", "mdat"), /movie header is missing/],
    ["it has two movie headers", Buffer.concat([faststart, pick(faststart, "moov")]), /two movie headers/],
    ["it has no media data", pick(faststart, "ftyp", "moov"), /cut short/],
    ["its media data are empty", Buffer.concat([pick(faststart, "ftyp", "moov"), box("mdat")]), /cut short/],
    ["it is the header of a stream", pick(fragmented, "ftyp", "moov"), /no media data/],
    ["its fragments come first", pick(fragmented, "ftyp", "moof", "mdat", "moov"), /before the movie header/],
    ["its last fragment has no media data", pick(fragmented, "ftyp", "moov", "moof", "mdat", "moof"), /cut short/],
    ["its index promises more than there is", pick(indexed, "ftyp", "moov", "sidx", "moof", "mdat"), /cut short/],
    ["a box reaches out of its own", overwrite(faststart, 40, Buffer.of(0, 0, 0x10, 0)), /beyond the one that holds/],
    ["a box is too short", rewrite(faststart, ["moov", "mvhd"], (contents) => contents.subarray(0, 16)), /too short/],
    ["its movie header is compressed", rewrite(faststart, ["moov"], () => box("cmov")), /compressed/],
    ["its picture has no track header", rewrite(faststart, [...videoTrack, "tkhd"], remove), /track has no header/],
    ["nothing says how its picture is coded", rewrite(faststart, [...tables, "stsd"], () => Buffer.alloc(8)), /coded/],
    ["its picture has no samples", rewrite(movieAtEnd, [...tables, "stco"], () => Buffer.alloc(8)), /no media data/],
    ["its table is longer than its box", rewrite(faststart, [...tables, "stco"], longCount), /longer than its box/],
    ["its clock stands still", rewrite(faststart, ["moov", "mvhd"], zeros(12, 4)), /clock stands still/],
    ["no duration is stated", withoutTimes(withoutDurations(movieAtEnd)), /no duration/],
    [
      "its duration is absurd",
      rewrite(rewrite(movieAtEnd, [...tables, "stts"], bytesAt(12, 0x7e)), [...videoTrack, "edts"], remove),
      /longer than a week/,
    ],
    ["a box is smaller than its header", overwrite(faststart, 32, Buffer.of(0, 0, 0, 4)), /smaller than its header/],
    ["a box without a size is not media data", overwrite(faststart, 32, Buffer.alloc(4)), /a box has no size/],
  ])("when %s", async (_, bytes, message) => {
    const refusal = await refusalOf(inspectBytes(bytes, { expect: "video" }));
    expect(refusal).toEqual({ type: "invalid_output", message: expect.stringMatching(message) });
  });

  it("when it consists of more parts than any real file", async () => {
    const boxes = Buffer.concat(Array.from({ length: 8192 }, () => box("free")));
    async function* endless() {
      yield pick(faststart, "ftyp");
      for (;;) yield boxes;
    }
    const { type, message } = await refusalOf(inspectSource(endless(), { expect: "video" }));
    expect({ type, message }).toEqual({ type: "invalid_output", message: expect.stringMatching(/more parts/) });
  });
});

describe("an MP4 is taken", () => {
  it.each<[what: string, bytes: Buffer]>([
    ["no header states its duration", withoutDurations(movieAtEnd)],
    ["the movie header states another duration", rewrite(movieAtEnd, ["moov", "mvhd"], bytesAt(16, 0x01))],
    ["nothing but the track's header states its duration", withoutTimes(movieAtEnd)],
    ["the movie header states no duration but the track does", rewrite(faststart, ["moov", "mvhd"], zeros(16, 4))],
    ["the movie header's duration is marked as unknown", rewrite(faststart, ["moov", "mvhd"], bytesAt(16, 0xff))],
    [
      "the track header states no sides but the coding does",
      rewrite(movieAtEnd, [...videoTrack, "tkhd"], zeros(76, 8)),
    ],
    ["its fragments begin late", replaceTimes(fragmented, 90_000)],
    [
      "it holds boxes that nobody knows",
      Buffer.concat([movieAtEnd, box("zzzz", Buffer.alloc(5)), box("uuid", Buffer.alloc(16))]),
    ],
  ])("when %s", async (_, bytes) => {
    expect(await inspectBytes(bytes, { expect: "video" })).toMatchObject({ width: 64, height: 48, durationMs: 1000 });
  });
});

describe("a WebM is refused", () => {
  it.each<[flaw: string, bytes: Buffer, message: RegExp]>([
    ["it is of another kind", replace(webm, Buffer.from("webm"), Buffer.from("wibm")), /does not say that it is WebM/],
    ["its picture has no width", replace(webm, Buffer.from("b08140", "hex"), Buffer.from("b08100", "hex")), /0 by 48/],
    [
      "its picture is another track's",
      replace(streamed, Buffer.from("d78101", "hex"), Buffer.from("d78102", "hex")),
      /no media data/,
    ],
    [
      "its duration is negative",
      replace(webm, Buffer.from("448988408f", "hex"), Buffer.from("448988c08f", "hex")),
      /no duration/,
    ],
    ["a block is too short", Buffer.concat([streamed, Buffer.from("a38181ec8400000000", "hex")]), /too short/],
    ["an element reaches out of its own", Buffer.concat([streamed, Buffer.from("a083a18481000000", "hex")]), /beyond/],
    ["its segment is missing", webm.subarray(0, webm.indexOf(Buffer.from("18538067", "hex"))), /segment is missing/],
    [
      "its clusters are missing",
      streamed.subarray(0, streamed.indexOf(Buffer.from("1f43b675", "hex"))),
      /no media data/,
    ],
  ])("when %s", async (_, bytes, message) => {
    const refusal = await refusalOf(inspectBytes(bytes, { expect: "video" }));
    expect(refusal).toEqual({ type: "invalid_output", message: expect.stringMatching(message) });
  });
});

const endOfImage = Buffer.of(0xff, 0xd9);

function withHeader(file: Buffer, width: number, height: number): Buffer {
  const sides = Buffer.alloc(8);
  sides.writeUInt32BE(width);
  sides.writeUInt32BE(height, 4);
  return withChecksum(overwrite(file, 16, sides));
}

function overwriteHeader(file: Buffer, at: number, value: number): Buffer {
  return withChecksum(overwrite(file, 16 + at, Buffer.of(value)));
}

function withChecksum(file: Buffer): Buffer {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(file.subarray(12, 29)));
  return overwrite(file, 29, checksum);
}

function frameOf(file: Buffer): number {
  return file.indexOf(Buffer.of(0xff, 0xc0));
}

function frame(file: Buffer): Buffer {
  return file.subarray(frameOf(file), frameOf(file) + 2 + 17);
}

function scanOf(file: Buffer): number {
  return file.indexOf(Buffer.of(0xff, 0xda));
}

function without(file: Buffer, at: number, length: number): Buffer {
  return Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
}

function zeros(at: number, length: number): (contents: Buffer) => Buffer {
  return (contents) => overwrite(contents, at, Buffer.alloc(length));
}

function bytesAt(at: number, value: number): (contents: Buffer) => Buffer {
  return (contents) => overwrite(contents, at, Buffer.alloc(4, value));
}

function longCount(contents: Buffer): Buffer {
  return overwrite(contents, 4, Buffer.of(0, 0, 1, 0));
}

function withoutTimes(file: Buffer): Buffer {
  return rewrite(
    rewrite(file, [...tables, "stts"], () => Buffer.alloc(8)),
    [...videoTrack, "edts"],
    remove,
  );
}

function withoutDurations(file: Buffer): Buffer {
  return rewrite(rewrite(file, ["moov", "mvhd"], zeros(16, 4)), [...media, "mdhd"], zeros(16, 4));
}

function replace(file: Buffer, old: Buffer, fresh: Buffer): Buffer {
  const at = file.indexOf(old);
  if (at < 0) throw new Error("There is nothing to replace.");
  return overwrite(file, at, fresh);
}

function replaceAll(file: Buffer, old: string, fresh: string): Buffer {
  return Buffer.from(file.toString("latin1").replaceAll(old, fresh), "latin1");
}

/** 24 by 17 pixels without a colour table, with these blocks before the trailer. */
function gifOf(blocks: string): Buffer {
  return Buffer.from(`47494638396118001100000000${blocks}3b`, "hex");
}

/** Every fragment begins so much later, in units of its track. */
function replaceTimes(file: Buffer, later: number): Buffer {
  const shifted = Buffer.from(file);
  for (let at = shifted.indexOf("tfdt"); at >= 0; at = shifted.indexOf("tfdt", at + 4)) {
    const [version, time] = [shifted.readUInt8(at + 4), at + 8];
    if (version === 1) shifted.writeBigUInt64BE(shifted.readBigUInt64BE(time) + BigInt(later), time);
    else shifted.writeUInt32BE(shifted.readUInt32BE(time) + later, time);
  }
  return shifted;
}
