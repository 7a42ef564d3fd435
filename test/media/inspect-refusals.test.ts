import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inspectBytes, refusalOf } from "./inspecting.ts";
import { pick } from "./iso-surgery.ts";
import { fixture, noise, randomNumbers, realFiles } from "./media-samples.ts";

const samples = await realFiles();
const random = randomNumbers(11);
const red = sharp({ create: { width: 16, height: 12, channels: 3, background: "red" } });
const jpeg = await noise(3).jpeg().toBuffer();
const png = await noise(3).png().toBuffer();
const gif = await noise(3).gif().toBuffer();
const webp = await noise(3).webp().toBuffer();
const tiff = await red.clone().tiff().toBuffer();
const avif = await red.clone().avif({ quality: 20 }).toBuffer();
const fragmented = await fixture("fragmented.mp4");
const faststart = await fixture("faststart.mp4");
const webm = await fixture("known-sizes.webm");
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';

describe("what is not one of our formats", () => {
  it.each<[found: string, bytes: Uint8Array]>([
    ["nothing: the file is empty", Buffer.alloc(0)],
    ["HTML", Buffer.from("\n <!DOCTYPE html><html><body>504 Gateway Time-out</body></html>")],
    ["HTML", Buffer.from("\ufeff<html><head>")],
    ["SVG", Buffer.from(svg)],
    ["SVG", Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n${svg}`)],
    ["XML", Buffer.from("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>")],
    ["XML", Buffer.from("<Error><Code>NoSuchKey</Code></Error>")],
    ["a JSON text", Buffer.from('{"error":"expired"}')],
    ["text", Buffer.from("图片不存在")],
    ["a script", Buffer.from("#!/bin/sh\nrm -rf /\n")],
    ["a PDF document", Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")],
    ["a PDF document", Buffer.from("%PDF-1.4\n\0\0")],
    ["a ZIP archive", Buffer.from("PK\x03\x04\x14\0\0\0\x08\0")],
    ["a gzip archive", Buffer.from("1f8b0800000000000003", "hex")],
    ["a program", Buffer.from("\x7fELF\x02\x01\x01\0\0\0")],
    ["a program", Buffer.from("MZ\x90\0\x03\0\0\0")],
    ["a BMP image", Buffer.from("BM\x9a\0\0\0\0\0\0\0")],
    ["a WAV sound", Buffer.from("RIFF\x24\0\0\0WAVEfmt ")],
    ["an AVI video", Buffer.from("RIFF\x24\0\0\0AVI LIST")],
    ["an MP4 segment without its header", pick(fragmented, "moof", "mdat")],
    ["bytes of no known kind", Buffer.from("0001020304050607", "hex")],
    ["a TIFF image", tiff],
    ["an AVIF image", avif],
    ["a HEIC image", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1")],
    ["a raw photo", Buffer.from("\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "latin1")],
    ["an audio file", Buffer.from("\0\0\0\x18ftypM4A \0\0\0\0isommp42", "latin1")],
  ])("is refused as %s, whichever kind is expected", async (found, bytes) => {
    expect(await refusalOf(inspectBytes(bytes, { expect: "image" }))).toEqual({
      type: "invalid_output",
      message: `Expected an image (JPEG, PNG, WebP or GIF), but found ${found}.`,
    });
    expect(await refusalOf(inspectBytes(bytes, { expect: "video" }))).toEqual({
      type: "invalid_output",
      message: `Expected a video (MP4, QuickTime or WebM), but found ${found}.`,
    });
  });

  it("is never quoted", async () => {
    for (const bytes of [Buffer.from("s3cr3t"), Buffer.from("<s3cr3t>"), Buffer.from("\0\0\0\x10ftyps3cr\0\0\0\0")]) {
      expect((await refusalOf(inspectBytes(bytes, { expect: "image" }))).message).not.toContain("s3cr");
    }
  });

  it("is refused when it is 500 times random", async () => {
    for (let i = 0; i < 500; i++) {
      const bytes = randomBytes(random(3000));
      expect(await refusalOf(inspectBytes(bytes, { expect: "image" }))).toMatchObject({ type: "invalid_output" });
      expect(await refusalOf(inspectBytes(bytes, { expect: "video" }))).toMatchObject({ type: "invalid_output" });
    }
  });
});

describe("the wrong kind", () => {
  it.each(samples)("is refused by name: $name", async ({ bytes, kind }) => {
    const { type, message } = await refusalOf(inspectBytes(bytes, { expect: kind === "image" ? "video" : "image" }));
    expect(type).toBe("invalid_output");
    expect(message).toMatch(
      /but found (a JPEG|a PNG|a WebP|a GIF) image\.|but found (an MP4|a QuickTime|a WebM) video\./,
    );
  });

  it.each([
    ["sound-only.mp4", "The file has no video track."],
    ["sound-only.webm", "The file has no video track."],
    ["matroska.mkv", "The file is Matroska; of this family only WebM is kept."],
  ])("is refused although its container is ours: %s", async (name, message) => {
    const bytes = await fixture(name);
    expect(await refusalOf(inspectBytes(bytes, { expect: "video" }))).toEqual({ type: "invalid_output", message });
  });
});

describe("a damaged file", () => {
  // Of a WebP, what follows may be its picture: that is for a decoder to tell.
  it.each(samples.filter(({ extension }) => extension !== "webp"))(
    "is refused when only its beginning is real: $name",
    async ({ bytes, kind }) => {
      for (const length of [12, 16, 24, 32, 48, 64]) {
        const broken = Buffer.concat([bytes.subarray(0, length), randomBytes(3000)]);
        expect(await refusalOf(inspectBytes(broken, { expect: kind }))).toMatchObject({ type: "invalid_output" });
      }
    },
  );

  it.each(samples)("is read or refused, and nothing else, when bits of it are turned: $name", async (sample) => {
    for (let i = 0; i < 400; i++) {
      const broken = Buffer.from(sample.bytes);
      for (let flips = 1 + random(3); flips > 0; flips--) turnBit(broken, random(Math.min(broken.length, 1000)));
      const outcome = await inspectBytes(broken, { expect: sample.kind }).catch((error: unknown) => error);
      expect(outcome).toHaveProperty(outcome instanceof Error ? "type" : "kind");
    }
  });

  it.each(samples.filter(({ extension }) => extension === "png"))(
    "is found by any turned bit: $name",
    async (sample) => {
      for (let at = 0; at < sample.bytes.length; at++) {
        const broken = Buffer.from(sample.bytes);
        turnBit(broken, at);
        const { type } = await refusalOf(inspectBytes(broken, { expect: "image" }));
        expect(type).toBe("invalid_output");
      }
    },
  );
});

describe("what follows behind the end", () => {
  const most = 16 * 1024 * 1024;
  // Where the media data have no size, everything behind them is theirs.
  const closed = samples.filter(({ name }) => name !== "MP4 with media data to the end");

  it.each(closed)("is kept, and changes nothing else: $name", async ({ bytes, kind, width, height, durationMs }) => {
    const notes = ["one more line", "note", "\r\n", "A box, it seems, and is none: it ends long before it should."];
    const trailers = [1, 2, 3, 4, 7, 8, 100, 4096].map((length) => Buffer.alloc(length));
    for (const trailer of [...trailers, ...notes.map((note) => Buffer.from(note)), Buffer.alloc(5000, 0xfe)]) {
      if (isPerhapsCut(bytes, trailer)) continue;
      const longer = Buffer.concat([bytes, trailer]);
      expect(await inspectBytes(longer, { expect: kind })).toMatchObject({
        ...{ size: longer.length, width, height, durationMs },
      });
    }
  });

  it.each([jpeg, png, gif, webp, faststart, webm])("is kept up to 16 MiB, and no more (%#)", async (bytes) => {
    const kind = bytes === faststart || bytes === webm ? "video" : "image";
    const longest = Buffer.concat([bytes, Buffer.alloc(most)]);
    expect(await inspectBytes(longest, { expect: kind }, () => 65_536)).toMatchObject({ size: longest.length });
    const longer = Buffer.concat([longest, Buffer.alloc(1)]);
    expect(await refusalOf(inspectBytes(longer, { expect: kind }, () => 65_536))).toEqual({
      type: "invalid_output",
      message: "More than 16777216 bytes follow behind the file's own end.",
    });
  });
});

/** A few bytes behind fragments may be the beginning of the next one. */
function isPerhapsCut(bytes: Buffer, trailer: Buffer): boolean {
  return bytes.includes("moof") && trailer.length < 8 && !(trailer.length >= 4 && trailer.every((byte) => byte === 0));
}

function randomBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

function turnBit(bytes: Buffer, at: number): void {
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at);
}
