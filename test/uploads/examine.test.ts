// What is taken for a picture that may be used as an input, and what is not: whole files of every kind go the whole way.
import { crc32, deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { watchForDisguise } from "../../shared/media/disguise.ts";
import { checkUpload } from "../../shared/uploads/check-upload.ts";
import type { UploadType } from "../../shared/uploads/upload.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { inspectBytes, pieces } from "../media/inspecting.ts";
import { fixture, noise, randomNumbers, realFiles } from "../media/media-samples.ts";
import { uploadWorlds } from "./world.ts";

const open = uploadWorlds();
const samples = await realFiles();
const jpeg = await noise(3).jpeg().toBuffer();
const png = await noise(3).png().toBuffer();
const webp = await noise(3).webp().toBuffer();
const gif = await noise(3).gif().toBuffer();
const tiff = await noise(3).tiff().toBuffer();
const clip = await fixture("faststart.mp4");
const phpWebp = await noise(3)
  .webp()
  .withExif({ IFD0: { ImageDescription: "<?php echo 1;" } })
  .toBuffer();
const losslessWebp = await noise(3).webp({ lossless: true }).toBuffer();
const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><svg xmlns="http://www.w3.org/2000/svg"/></x:xmpmeta>';
const xmpJpeg = await noise(3).jpeg().withXmp(xmp).toBuffer();
const xmpWebp = await noise(3).webp().withXmp(xmp).toBuffer();
const tellingJpeg = await noise(3)
  .jpeg()
  .withExif({ IFD0: { ImageDescription: "<?php echo 1; <body onload=x>" } })
  .toBuffer();
const animatedWebp = samples.find(({ name }) => name === "animated WebP")?.bytes ?? Buffer.alloc(0);
const types: Record<string, UploadType> = { jpg: "image/jpeg", png: "image/png", webp: "image/webp" };
const zip = Buffer.from("PK\x03\x04 name PK\x01\x02 name PK\x05\x06\0\0\0\0", "latin1");
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

/** What becomes of these bytes, announced as this type and their own size. */
async function outcomeOf(bytes: Uint8Array, contentType: UploadType, size = bytes.length) {
  const w = await open();
  const ref = await w.announce({ contentType, size });
  await w.arrive(ref, bytes);
  await checkUpload(w.deps, ref);
  return { outcome: await w.status(ref), keys: await w.keys() };
}

async function reasonFor(bytes: Uint8Array, contentType: UploadType, size = bytes.length): Promise<string> {
  const { outcome, keys } = await outcomeOf(bytes, contentType, size);
  expect(keys).toEqual([]);
  if (outcome?.status !== "rejected") throw new Error(`it is ${outcome?.status}`);
  return outcome.reason;
}

describe("a still image that is what it was announced as", () => {
  it.each(samples.filter(({ extension, durationMs }) => extension in types && durationMs === null))(
    "is ready: $name",
    async ({ bytes, extension, width, height }) => {
      const contentType = types[extension] ?? "image/png";
      const { outcome, keys } = await outcomeOf(bytes, contentType);
      const { sha256 } = await inspectBytes(bytes, { expect: "image" });
      expect(outcome).toMatchObject({
        status: "ready",
        file: { contentType, size: bytes.length, sha256, width, height },
      });
      expect(keys).toEqual([
        expect.stringMatching(new RegExp(`^users/[0-9a-f-]{36}/uploads/[0-9a-f-]{36}\\.${extension}$`)),
      ]);
    },
  );

  it("is ready with a phone's clip behind it", async () => {
    const { outcome } = await outcomeOf(Buffer.concat([jpeg, clip]), "image/jpeg");
    expect(outcome?.status).toBe("ready");
  });

  it.each<[where: string, bytes: Buffer, contentType: UploadType]>([
    ["a text", pngWith("tEXt", "parameters\0a plate, <body> <lora:ink:0.8>"), "image/png"],
    ["a workflow", pngWith("iTXt", "workflow\0\0\0\0\0{<html><script>1</script>}"), "image/png"],
    ["a drawing's source", pngWith("tEXt", `source\0${svg}`), "image/png"],
    ["text behind the picture", pngWith("tEXt", `source\0${svg}`, "end"), "image/png"],
    ["XMP in a PNG", pngWith("iTXt", `XML:com.adobe.xmp\0\0\0\0\0${svg}`), "image/png"],
    ["EXIF in a PNG", pngWith("eXIf", "MM\0*\0\0\0\x08\0\0 <?php echo 1;"), "image/png"],
    ["EXIF in a WebP", phpWebp, "image/webp"],
    ["EXIF in a JPEG", tellingJpeg, "image/jpeg"],
    ["XMP in a JPEG", xmpJpeg, "image/jpeg"],
    ["XMP in a WebP", xmpWebp, "image/webp"],
  ])("is ready with markup in what only tells of it: %s", async (_, bytes, contentType) => {
    expect(bytes.toString("latin1")).toMatch(/<svg|<body|<script|<\?php/);
    expect((await outcomeOf(bytes, contentType)).outcome).toMatchObject({ status: "ready" });
  });

  it("is ready with what cameras and editors write into it", async () => {
    const tool = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description xmp:CreatorTool="GIMP <2.10>"/></rdf:RDF></x:xmpmeta>`;
    const { outcome } = await outcomeOf(await noise(3).jpeg().withXmp(tool).toBuffer(), "image/jpeg");
    expect(outcome?.status).toBe("ready");
  });
});

describe("what is something else", () => {
  it.each<[found: string, bytes: Uint8Array]>([
    ["SVG", Buffer.from(svg)],
    ["HTML", Buffer.from("<html><body>hello</body></html>")],
    ["a GIF image", gif],
    ["a JPEG image", jpeg],
    ["a WebP image", webp],
    ["an MP4 video", clip],
    ["a PDF document", Buffer.from("%PDF-1.7\n")],
    ["a ZIP archive", zip],
    ["a gzip archive", gzipSync(png)],
    ["a TIFF image", tiff],
  ])("is rejected by name: %s", async (found, bytes) => {
    expect(await reasonFor(bytes, "image/png")).toBe(`Expected an image (PNG), but found ${found}.`);
  });

  it("is rejected when it is an animation", async () => {
    const reason = "The image is animated; only still images are taken.";
    expect(await reasonFor(await fixture("animated.png"), "image/png")).toBe(reason);
    expect(await reasonFor(animatedWebp, "image/webp")).toBe(reason);
  });

  it("is rejected when half of it is missing, and when its size is not the announced one", async () => {
    expect(await reasonFor(png.subarray(0, png.length / 2), "image/png")).toMatch(
      /^The (PNG )?file is (damaged|cut)|^The file/,
    );
    expect(await reasonFor(png, "image/png", png.length + 1)).toBe(
      `The file has ${png.length} bytes; ${png.length + 1} were announced.`,
    );
  });
});

describe("a file that is an image and something else", () => {
  const page = "a web page or a script";
  it.each<[how: string, bytes: Buffer, contentType: UploadType, what: string]>([
    ["a page behind a PNG", Buffer.concat([png, Buffer.from("<html><script>1</script>")]), "image/png", page],
    ["a page behind a JPEG", Buffer.concat([jpeg, Buffer.from("<!DOCTYPE html><p>")]), "image/jpeg", page],
    ["a script in a comment of a JPEG", jpegWith(`</p><SCRIPT\nsrc=//x>`), "image/jpeg", page],
    ["SVG in a comment of a JPEG", jpegWith(svg), "image/jpeg", page],
    ["PHP in a comment of a JPEG", jpegWith("<?php system($_GET[0]); ?>"), "image/jpeg", page],
    ["a PDF in a comment of a JPEG", jpegWith("%PDF-1.7\n1 0 obj"), "image/jpeg", "a PDF document"],
    ["a ZIP behind a PNG", Buffer.concat([png, zip]), "image/png", "an archive"],
    ["a ZIP behind a JPEG", Buffer.concat([jpeg, Buffer.alloc(70_000), zip]), "image/jpeg", "an archive"],
    [
      "a RAR behind a JPEG",
      Buffer.concat([jpeg, Buffer.from("Rar!\x1a\x07\x01\0", "latin1")]),
      "image/jpeg",
      "an archive",
    ],
  ])("is rejected: %s", async (_, bytes, contentType, what) => {
    // Without the other side of it, it would be an image.
    expect(await inspectBytes(bytes, { expect: "image" })).toMatchObject({ contentType });
    expect(await reasonFor(bytes, contentType)).toBe(`The file is not only an image: it also has parts of ${what}.`);
  });

  it("is found wherever the store cuts it into chunks", async () => {
    const bytes = Buffer.concat([png, Buffer.from(`<svg onload=alert(1)> ${zip.toString("latin1")}`, "latin1")]);
    for (let size = 1; size < 40; size++) {
      const { body, reason } = watchForDisguise(pieces(bytes, () => size));
      for await (const _ of body);
      expect([size, reason()]).toEqual([size, expect.stringContaining(page)]);
    }
  });

  it("is not suspected in 20 MB of noise", async () => {
    const random = randomNumbers(3);
    const noise = Buffer.alloc(20 * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE(random(2 ** 32), at);
    const { body, reason } = watchForDisguise(pieces(noise, () => 65_536));
    for await (const _ of body);
    expect(reason()).toBeNull();
  });
});

describe("a file whose structure is sound and whose picture is not", () => {
  const reason = "The image cannot be decoded: its header is sound, its picture is not.";
  it.each<[what: string, bytes: Buffer, contentType: UploadType]>([
    ["the data of a PNG are no deflate", withData(Buffer.alloc(200, 0x5a)), "image/png"],
    ["the data of a PNG are too few", withData(deflateSync(Buffer.alloc(300))), "image/png"],
    ["the rows of a PNG have no filter that exists", withData(deflateSync(Buffer.alloc(17 * 73, 9))), "image/png"],
    ["a JPEG lacks its tables", withoutTables(jpeg), "image/jpeg"],
    ["the picture of a WebP is garbage", garbled(webp), "image/webp"],
    ["the picture of a lossless WebP is garbage", garbled(losslessWebp), "image/webp"],
  ])("is rejected: %s", async (_, bytes, contentType) => {
    // Its structure says nothing against it.
    expect(await inspectBytes(bytes, { expect: "image" })).toMatchObject({ contentType });
    expect(await reasonFor(bytes, contentType)).toBe(reason);
  });
});

describe("a bomb", () => {
  it.each<[what: string, bytes: Buffer, contentType: UploadType, sides: string]>([
    ["PNG", sizedPng(60_000, 60_000), "image/png", "60000 by 60000"],
    ["JPEG", sizedJpeg(65_535, 65_535), "image/jpeg", "65535 by 65535"],
    ["PNG just over the limit", sizedPng(8001, 8000), "image/png", "8001 by 8000"],
  ])("is rejected by its header: %s", async (_, bytes, contentType, sides) => {
    expect(await reasonFor(bytes, contentType)).toBe(`The image is ${sides} pixels; at most 64 megapixels are taken.`);
  });

  it("of 63 megapixels is none: a real one is ready", async () => {
    const large = await sharp({ create: { width: 9000, height: 7000, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    expect((await outcomeOf(large, "image/png")).outcome).toMatchObject({ status: "ready", file: { width: 9000 } });
  });
});

it("the smallest PNG is ready", async () => {
  expect((await outcomeOf(tinyPng, "image/png")).outcome?.status).toBe("ready");
});

/** A JPEG with this text as a comment (COM, T.81 B.2.4.5) behind its first marker. */
function jpegWith(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, Buffer.from(text), jpeg.subarray(2)]);
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Behind the header, or before the end. */
function pngWith(type: string, data: string, place: "start" | "end" = "start"): Buffer {
  const at = place === "start" ? 33 : png.length - 12;
  return Buffer.concat([png.subarray(0, at), chunkOf(type, Buffer.from(data, "latin1")), png.subarray(at)]);
}

/** 24 by 17 pixels of three bytes, with these as their only data. */
function withData(data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunkOf("IDAT", data), png.subarray(-12)]);
}

function withoutTables(file: Buffer): Buffer {
  let rest = file;
  for (let at = rest.indexOf("ffdb", "hex"); at >= 0; at = rest.indexOf("ffdb", "hex")) {
    rest = Buffer.concat([rest.subarray(0, at), rest.subarray(at + 2 + rest.readUInt16BE(at + 2))]);
  }
  return rest;
}

/** All but its headers. */
function garbled(file: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, 40), Buffer.from(file.subarray(40)).map((_, at) => (89 * at + 7) & 255)]);
}

/** The same file with a header that claims other sides. */
function sizedPng(width: number, height: number): Buffer {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

function sizedJpeg(width: number, height: number): Buffer {
  const changed = Buffer.from(jpeg);
  const frame = changed.indexOf(Buffer.from([0xff, 0xc0]));
  changed.writeUInt16BE(height, frame + 5);
  changed.writeUInt16BE(width, frame + 7);
  return changed;
}
