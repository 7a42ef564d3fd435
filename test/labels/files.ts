// Small files of every format that can carry a mark.
import sharp, { type Sharp } from "sharp";
import { tinyPng } from "../jobs/tiny-png.ts";

export interface Sample {
  name: string;
  bytes: Buffer;
}

const side = 24;

/** A slope of colours: nothing of it is alike. */
function slope(channels: 3 | 4 = 3): Sharp {
  const pixels = Buffer.from(Array.from({ length: side * side * channels }, (_, at) => (at * at * 31 + at) & 255));
  return sharp(pixels, { raw: { width: side, height: side, channels } });
}

async function turning(): Promise<Sharp> {
  const frames = ["red", "teal", "gold"].map((background) =>
    sharp({ create: { width: side, height: side, channels: 4, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } });
}

const delay = [50, 100, 150];

export async function imageSamples(): Promise<Sample[]> {
  const made: [name: string, image: Sharp][] = [
    ["rgb.png", slope().png()],
    ["palette.png", slope().png({ palette: true })],
    ["oriented.png", slope().png().withMetadata({ orientation: 6 })],
    ["with-xmp.png", slope().png().withXmp(foreignXmp)],
    ["baseline.jpg", slope().jpeg()],
    ["progressive.jpg", slope().jpeg({ progressive: true })],
    ["oriented.jpg", slope().jpeg().withMetadata({ orientation: 6 })],
    ["with-icc.jpg", slope().jpeg().withIccProfile("p3")],
    ["with-xmp.jpg", slope().jpeg().withXmp(foreignXmp)],
    ["simple.webp", slope().webp()],
    ["lossless.webp", slope().webp({ lossless: true })],
    ["lossless-alpha.webp", slope(4).webp({ lossless: true })],
    ["extended.webp", slope(4).webp().withIccProfile("p3")],
    ["oriented.webp", slope().webp().withMetadata({ orientation: 6 })],
    ["with-xmp.webp", slope().webp().withXmp(foreignXmp)],
    ["animated.webp", (await turning()).webp({ delay })],
    ["still.gif", slope().gif()],
    ["animated.gif", (await turning()).gif({ delay, loop: 3 })],
  ];
  const files = await Promise.all(made.map(async ([name, image]) => ({ name, bytes: await image.toBuffer() })));
  return [...files, { name: "tiny.png", bytes: Buffer.from(tinyPng) }];
}

/** As a vendor writes it, in an attribute. */
export const foreignLabel =
  '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"7f3a","ReservedCode1":"3045","ContentPropagator":"","PropagateID":"","ReservedCode2":""}';

export const foreignXmp = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" TC260:AIGC="${foreignLabel.replaceAll('"', "&quot;")}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/** A tenth of a second of a tone: 16 bits, one channel. `odd`: of 8 bits and an odd number of samples, whose padding is missing. */
export function wav({ isOdd = false } = {}): Buffer {
  const samples = isOdd
    ? Buffer.from(Array.from({ length: 801 }, (_, at) => (at * 7) & 255))
    : Buffer.from(Int16Array.from({ length: 800 }, (_, at) => Math.round(8000 * Math.sin(at / 4))).buffer);
  const bytes = Buffer.alloc(44);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(36 + samples.length, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(isOdd ? 8000 : 16_000, 28);
  bytes.writeUInt16LE(isOdd ? 1 : 2, 32);
  bytes.writeUInt16LE(isOdd ? 8 : 16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(samples.length, 40);
  return Buffer.concat([bytes, samples]);
}

/** Frames of layer III at 128 kbit/s and 44.1 kHz that hold silence. */
export function mp3(tag: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0xc4]);
  return Buffer.concat([tag, ...Array.from({ length: 8 }, () => frame)]);
}

export function id3(version: 3 | 4, frames: readonly [id: string, data: Buffer][]): Buffer {
  const all = frames.map(([id, data]) => {
    const head = Buffer.alloc(10);
    head.write(id, 0, "latin1");
    head.writeUInt32BE(version === 4 ? syncsafe(data.length) : data.length, 4);
    return Buffer.concat([head, data]);
  });
  const body = Buffer.concat([...all, Buffer.alloc(20)]);
  const head = Buffer.from([0x49, 0x44, 0x33, version, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(syncsafe(body.length), 6);
  return Buffer.concat([head, body]);
}

function syncsafe(value: number): number {
  return ((value & 0xfe0_0000) << 3) | ((value & 0x1f_c000) << 2) | ((value & 0x3f80) << 1) | (value & 0x7f);
}

export function soundSamples(): Sample[] {
  const title: [string, Buffer] = ["TIT2", Buffer.from("\0A tone", "latin1")];
  const picture: [string, Buffer] = ["APIC", Buffer.concat([Buffer.from("\0image/png\0\x03\0", "latin1"), tinyPng])];
  const labelled: [string, Buffer] = ["TXXX", Buffer.from(`\0AIGC\0${foreignLabel}`, "latin1")];
  return [
    { name: "sound.wav", bytes: wav() },
    { name: "odd.wav", bytes: wav({ isOdd: true }) },
    { name: "bare.mp3", bytes: mp3() },
    { name: "v3.mp3", bytes: mp3(id3(3, [title, picture])) },
    { name: "v4.mp3", bytes: mp3(id3(4, [title, picture])) },
    { name: "labelled.mp3", bytes: mp3(id3(3, [title, labelled])) },
  ];
}
