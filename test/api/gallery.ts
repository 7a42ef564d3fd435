// An origin on the internet of the tests: files, and things that only claim to be files, each under its own path.
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { tinyPng } from "../jobs/tiny-png.ts";
import { type Origin, startOrigin } from "../servers/origin.ts";

export const video = await readFile(new URL("../media/fixtures/faststart.mp4", import.meta.url));

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

const huge = sharp({
  create: { width: 20_000, height: 20_000, channels: 3, background: "red" },
  limitInputPixels: false,
});
const garbage = Buffer.from("49444154", "hex");

/** The chunk's checksum is right, and what it holds is no picture. */
function withGarbage(png: Buffer): Buffer {
  const at = png.indexOf(garbage);
  const body = Buffer.concat([garbage, Buffer.alloc(60, 0x5a)]);
  const chunk = Buffer.concat([Buffer.of(0, 0, 0, 60), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return Buffer.concat([png.subarray(0, at - 4), chunk, png.subarray(-12)]);
}

const files: Record<string, { type: string; body: Uint8Array | string }> = {
  "/lake.png": { type: "image/png", body: tinyPng },
  "/lying.html": { type: "text/html", body: tinyPng },
  "/clip.mp4": { type: "video/mp4", body: video },
  "/page.png": { type: "image/png", body: "<!doctype html><title>Log in</title>" },
  "/drawing.png": { type: "image/png", body: svg },
  "/empty.png": { type: "image/png", body: "" },
  "/cut.png": { type: "image/png", body: tinyPng.subarray(0, 50) },
  "/page-behind.png": { type: "image/png", body: Buffer.concat([tinyPng, Buffer.from("<html><script>1</script>")]) },
  "/garbage.png": { type: "image/png", body: withGarbage(Buffer.from(tinyPng)) },
  "/huge.png": { type: "image/png", body: await huge.toColourspace("b-w").png({ compressionLevel: 1 }).toBuffer() },
  "/error.png": { type: "image/png", body: '{"error":"expired"}' },
};

export interface Gallery extends Origin {
  /** How often this address was asked for: a path, with its query if it had one. */
  count(address: string): number;
}

export type Scene = (response: ServerResponse, before: number) => void;

/** `scenes`: answers for further paths; they get how often the same address was asked for before. */
export async function startGallery(scenes: Record<string, Scene> = {}): Promise<Gallery> {
  const counts = new Map<string, number>();
  const origin = await startOrigin(({ url: address = "" }: IncomingMessage, response: ServerResponse) => {
    const before = counts.get(address) ?? 0;
    counts.set(address, before + 1);
    const [path = ""] = address.split("?");
    const file = files[path];
    if (scenes[path]) scenes[path](response, before);
    else if (file) response.writeHead(200, { "content-type": file.type }).end(file.body);
    else response.writeHead(404).end("There is no such file.");
  });
  return { ...origin, count: (address) => counts.get(address) ?? 0 };
}

/** A whole PNG, of which only half comes although its length was told. */
export const sendHalf: Scene = (response) => {
  response.writeHead(200, { "content-type": "image/png", "content-length": tinyPng.length });
  response.write(tinyPng.subarray(0, tinyPng.length / 2), () => response.destroy());
};

/** Half of the PNG comes at the first time, and then nothing; the whole of it from the second time on. */
export const stallAtFirst: Scene = (response, before) => {
  response.writeHead(200, { "content-type": "image/png", "content-length": tinyPng.length });
  if (before === 0) response.write(tinyPng.subarray(0, tinyPng.length / 2));
  else response.end(tinyPng);
};

export const expired: Scene = (response) => response.writeHead(403).end("Request has expired");

export const gone: Scene = (response) => response.writeHead(410).end();

/** The scene at the first time, then the PNG. */
export function once(scene: Scene): Scene {
  return (response, before) => (before === 0 ? scene(response, before) : response.end(tinyPng));
}

export function redirectTo(location: string): Scene {
  return (response) => response.writeHead(302, { location }).end();
}
