// Images as encoders, cameras and tools make them, and as no decoder takes them.
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { cuts, kept, type Row, refused, withTrailers } from "./row.ts";
import type { Tools } from "./tools.ts";

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

export async function images(tools: Tools): Promise<Row[]> {
  return [
    ...(await coded()),
    ...(await oriented(tools)),
    ...(await animated(tools)),
    ...(await byTools(tools)),
    ...(await byHand()),
    ...(await broken(tools)),
  ];
}

/** A slope of colours: nothing of it is alike. */
function slope(width = 40, height = 30, channels: 3 | 4 = 3): Sharp {
  const pixels = Buffer.from(Array.from({ length: width * height * channels }, (_, at) => (at * at * 31 + at) & 255));
  return sharp(pixels, { raw: { width, height, channels } });
}

async function coded(): Promise<Row[]> {
  const made: [name: string, image: Sharp][] = [
    ["progressive.jpg", slope().jpeg({ progressive: true })],
    ["444.jpg", slope().jpeg({ chromaSubsampling: "4:4:4" })],
    ["mozjpeg.jpg", slope().jpeg({ mozjpeg: true })],
    ["grey.jpg", slope().greyscale().jpeg()],
    ["cmyk.jpg", slope().toColourspace("cmyk").jpeg()],
    ["p3.jpg", slope().jpeg().withIccProfile("p3")],
    ["adam7.png", slope().png({ progressive: true })],
    ["alpha.png", slope(40, 30, 4).png()],
    ["grey.png", slope().greyscale().png()],
    ["rgb16.png", slope().toColourspace("rgb16").png()],
    ["grey16.png", slope().toColourspace("grey16").png()],
    ["palette.png", slope().png({ palette: true })],
    ["palette2.png", slope().png({ palette: true, colours: 2 })],
    ["palette16-adam7.png", slope().png({ palette: true, colours: 16, progressive: true })],
    ["lossless.webp", slope().webp({ lossless: true })],
    ["near-lossless.webp", slope().webp({ nearLossless: true })],
    ["alpha.webp", slope(40, 30, 4).webp()],
    ["p3.webp", slope().webp().withIccProfile("p3")],
    ["still.gif", slope().gif()],
    ["interlaced.gif", slope().gif({ progressive: true })],
  ];
  for (const [width, height] of [
    [1, 1],
    [300, 1],
    [1, 300],
    [33, 21],
    [1024, 700],
  ] as const) {
    const image = sharp({ create: { width, height, channels: 3, background: "teal" } });
    for (const format of ["jpeg", "png", "webp", "gif"] as const) {
      made.push([`${width}x${height}.${format}`, image.clone().toFormat(format)]);
    }
  }
  return Promise.all(made.map(async ([name, image]) => kept("image", name, await image.toBuffer())));
}

async function oriented(tools: Tools): Promise<Row[]> {
  const rows: Row[] = [];
  for (const orientation of orientations) {
    const shown = orientation > 4 ? { width: 30, height: 40 } : { width: 40, height: 30 };
    for (const format of ["jpeg", "png", "webp"] as const) {
      const bytes = await slope().toFormat(format).withMetadata({ orientation }).toBuffer();
      rows.push(kept("image", `orientation ${orientation}.${format}`, bytes, shown));
    }
    for (const extension of ["jpg", "png"] as const) {
      const name = `exiftool-${orientation}.${extension}`;
      await tools.put(
        name,
        await slope()
          .toFormat(extension === "jpg" ? "jpeg" : extension)
          .toBuffer(),
      );
      const set = ["-q", "-overwrite_original", "-n", `-Orientation=${orientation}`, name];
      rows.push(kept("image", name, await tools.make("exiftool", name, ...set), shown));
    }
  }
  return rows;
}

async function animated(tools: Tools): Promise<Row[]> {
  const rows: Row[] = [];
  const frames = await Promise.all([0, 90, 180].map((angle) => slope(30, 30).rotate(angle).png().toBuffer()));
  const names = await Promise.all(frames.map((frame, at) => tools.put(`frame${at}.png`, frame)));
  for (const delay of [0, 1, 2, 5, 30]) {
    const made = await tools.make("convert", `delay${delay}.gif`, "-delay", String(delay), ...names, "-loop", "0");
    rows.push(kept("image", `GIF of ${delay} cs a frame`, made));
  }
  for (const delays of [
    [0, 0, 0],
    [100, 40, 250],
    [20, 20, 20],
  ]) {
    const joined = () => sharp(frames, { join: { animated: true } });
    rows.push(kept("image", `WebP of ${delays} ms`, await joined().webp({ delay: delays }).toBuffer()));
    rows.push(kept("image", `GIF of ${delays} ms`, await joined().gif({ delay: delays }).toBuffer()));
  }
  const webps = await Promise.all(
    names.map(async (name) => {
      await tools.make("cwebp", `${name}.webp`, "-quiet", name, "-o", `${name}.webp`);
      return `${name}.webp`;
    }),
  );
  const muxed = webps.flatMap((name, at) => ["-frame", name, `+${50 * at}`]);
  const want = { durationMs: 100 + 50 + 100 };
  rows.push(kept("image", "WebP by webpmux", await tools.make("webpmux", "muxed.webp", ...muxed, "-o"), want));
  const one = await tools.make("webpmux", "one.webp", "-frame", webps[0] ?? "", "+100", "-o");
  rows.push(kept("image", "animated WebP of one frame", one, { durationMs: null }));
  const source = ["-f", "lavfi", "-i", "testsrc2=s=32x24:r=10:d=1"];
  const apng = await tools.make("ffmpeg", "a.png", ...source, "-plays", "0", "-f", "apng");
  rows.push(kept("image", "animated PNG", apng, { durationMs: 1000 }), ...cuts("image", "animated PNG", apng));
  rows.push(kept("image", "animated PNG whose acTL is gone", renamed(apng, "acTL", "aaTL"), { durationMs: null }));
  return rows;
}

async function byTools(tools: Tools): Promise<Row[]> {
  const source = await tools.put("source.png", await slope(64, 48).png().toBuffer());
  const settings: [name: string, ...args: string[]][] = [
    ["411.jpg", "-sampling-factor", "4x1"],
    ["440.jpg", "-sampling-factor", "1x2"],
    ["plane.jpg", "-interlace", "plane"],
    ["adam7.png", "-interlace", "PNG"],
    ["1bit.png", "-monochrome"],
    ["grey-alpha16.png", "-colorspace", "gray", "-alpha", "on", "-depth", "16"],
    ["line.gif", "-interlace", "GIF"],
    ["commented.gif", "-set", "comment", "hello"],
    ["commented.jpg", "-set", "comment", "hello"],
  ];
  const converted = settings.map(async ([name, ...args]) =>
    kept("image", `convert ${args.join(" ")} ${name}`, await tools.make("convert", name, source, ...args)),
  );
  const webp = [["-lossless"], ["-q", "5"], ["-metadata", "all"], ["-alpha_q", "10"]].map(async (args, at) => {
    const name = `cwebp${at}.webp`;
    return kept(
      "image",
      `cwebp ${args.join(" ")}`,
      await tools.make("cwebp", name, "-quiet", ...args, source, "-o", name),
    );
  });
  return Promise.all([...converted, ...webp]);
}

async function byHand(): Promise<Row[]> {
  const [jpeg, png, webp, gif] = await plain();
  const prompt = "parameters\0a plate, <body> <lora:ink:0.8>";
  const markup = "XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><svg onload=x></svg></x:xmpmeta>";
  const exif = Buffer.concat([
    Buffer.from("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", "latin1"),
    Buffer.of(6, 0, 0),
  ]);
  const app1 = (orientation: number) => {
    const bytes = Buffer.concat([Buffer.from("Exif\0\0"), exif]);
    bytes[bytes.length - 3] = orientation;
    return Buffer.concat([Buffer.of(0xff, 0xe1, 0, bytes.length + 2), bytes]);
  };
  const behindStart = (...parts: Buffer[]) => Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
  const turned = { width: 30, height: 40 };
  return [
    kept("image", "PNG with a prompt", withChunk(png, "tEXt", Buffer.from(prompt))),
    kept(
      "image",
      "PNG with packed text",
      withChunk(png, "zTXt", Buffer.concat([Buffer.from("note\0\0"), deflateSync(prompt)])),
    ),
    kept("image", "PNG with XMP", withChunk(png, "iTXt", Buffer.from(markup))),
    kept(
      "image",
      "PNG with a workflow of 1 MB",
      withChunk(png, "tEXt", Buffer.from(`workflow\0${"<html>".repeat(170_000)}`)),
    ),
    kept("image", "PNG with EXIF", withChunk(png, "eXIf", exif), turned),
    kept("image", "JPEG with EXIF twice", behindStart(app1(6), app1(1)), turned),
    kept("image", "JPEG with EXIF twice, the other way round", behindStart(app1(1), app1(6)), {
      width: 40,
      height: 30,
    }),
    kept("image", "JPEG with junk between segments", behindStart(app1(1), Buffer.from([0, 0, 7]))),
    kept("image", "JPEG with fill bytes", behindStart(Buffer.alloc(5, 0xff))),
    kept("image", "JPEG with a restart marker between segments", behindStart(Buffer.of(0xff, 0xd0))),
    ...withTrailers("image", "JPEG", jpeg),
    ...withTrailers("image", "PNG", png),
    ...withTrailers("image", "WebP", webp),
    ...withTrailers("image", "GIF", gif),
  ];
}

async function broken(tools: Tools): Promise<Row[]> {
  const [jpeg, png, webp, gif] = await plain();
  const source = await tools.put("plain.png", png);
  const data = (bytes: Buffer) => Buffer.concat([png.subarray(0, 33), chunkOf("IDAT", bytes), png.subarray(-12)]);
  return [
    ...[jpeg, png, webp, gif].flatMap((bytes, at) => cuts("image", ["JPEG", "PNG", "WebP", "GIF"][at] ?? "", bytes)),
    refused("image", "PNG whose data are garbage", data(Buffer.alloc(300, 0x5a))),
    refused("image", "PNG whose data are too few", data(deflateSync(Buffer.alloc(500)))),
    refused(
      "image",
      "WebP whose picture is garbage",
      Buffer.concat([webp.subarray(0, 40), webp.subarray(40).fill(0x33)]),
    ),
    refused("image", "AVIF", await slope().avif({ effort: 0 }).toBuffer()),
    refused("image", "TIFF", await slope().tiff().toBuffer()),
    refused("image", "BMP", await tools.make("convert", "a.bmp", source)),
    refused("image", "page behind a PNG", Buffer.concat([png, Buffer.from("<html><script>1</script>")])),
    refused("image", "ZIP behind a JPEG", Buffer.concat([jpeg, Buffer.from("PK\x03\x04 PK\x01\x02 PK\x05\x06")])),
    refused("image", "PNG of 400 megapixels", await huge(20_000, 20_000)),
  ];
}

function plain(): Promise<[Buffer, Buffer, Buffer, Buffer]> {
  return Promise.all([
    slope().jpeg().toBuffer(),
    slope().png().toBuffer(),
    slope().webp().toBuffer(),
    slope().gif().toBuffer(),
  ]);
}

function huge(width: number, height: number): Promise<Buffer> {
  const image = sharp({ create: { width, height, channels: 3, background: "red" }, limitInputPixels: false });
  return image.toColourspace("b-w").png({ compressionLevel: 1 }).toBuffer();
}

function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunkOf(type, data), png.subarray(33)]);
}

function renamed(png: Buffer, type: string, other: string): Buffer {
  const at = png.indexOf(type);
  const length = png.readUInt32BE(at - 4);
  const chunk = chunkOf(other, png.subarray(at + 4, at + 4 + length));
  return Buffer.concat([png.subarray(0, at - 4), chunk, png.subarray(at + 8 + length)]);
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
