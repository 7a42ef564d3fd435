// Real files of every format, and what is true of them.
import { readFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import type { Extension } from "../../shared/media/keys.ts";
import type { MediaKind } from "../../shared/ports/provider.ts";
import { freeInsteadOfType, joinFreeAndMediaData, mediaDataWithoutSize } from "./iso-surgery.ts";

export interface Sample {
  name: string;
  bytes: Buffer;
  kind: MediaKind;
  extension: Extension;
  width: number;
  height: number;
  durationMs: number | null;
}

export function fixture(name: string): Promise<Buffer> {
  return readFile(new URL(`fixtures/${name}`, import.meta.url));
}

export async function realFiles(): Promise<Sample[]> {
  return [...(await stillImages()), ...(await animatedImages()), ...(await videos())];
}

async function stillImages(): Promise<Sample[]> {
  const still = (name: string, extension: Extension, bytes: Buffer, width = 24, height = 17): Sample => ({
    ...{ name, bytes, kind: "image", extension, width, height, durationMs: null },
  });
  return [
    still("baseline JPEG", "jpg", await noise(3).jpeg({ quality: 90 }).toBuffer()),
    still("progressive JPEG", "jpg", await noise(3).jpeg({ progressive: true, quality: 60 }).toBuffer()),
    still("JPEG with restarts", "jpg", await fixture("restarts.jpg"), 64, 48),
    still("grey JPEG with profile", "jpg", await noise(3).greyscale().jpeg().withIccProfile("p3").toBuffer()),
    still("JPEG turned by its EXIF", "jpg", await noise(3).jpeg().withMetadata({ orientation: 6 }).toBuffer(), 17, 24),
    still("PNG", "png", await noise(3).png().toBuffer()),
    still("transparent interlaced PNG", "png", await noise(4).png({ progressive: true }).toBuffer()),
    still("PNG with palette", "png", await noise(3).png({ palette: true, colours: 8 }).toBuffer()),
    still("16-bit grey PNG", "png", await noise(3).toColourspace("grey16").png().toBuffer()),
    still("PNG of one pixel", "png", await noise(3).resize(1, 1).png().toBuffer(), 1, 1),
    still("lossy WebP", "webp", await noise(3).webp({ quality: 50 }).toBuffer()),
    still("lossless WebP", "webp", await noise(3).webp({ lossless: true }).toBuffer()),
    still("transparent lossy WebP", "webp", await noise(4).webp({ quality: 50 }).toBuffer()),
    still("WebP with profile", "webp", await noise(3).webp().withIccProfile("p3").toBuffer()),
    still("GIF", "gif", await noise(3).gif().toBuffer()),
  ];
}

async function animatedImages(): Promise<Sample[]> {
  const frames = await Promise.all([1, 2, 3].map((seed) => noise(4, seed).png().toBuffer()));
  const animation = () => sharp(frames, { join: { animated: true } });
  const delay = [100, 250, 40];
  const same = { kind: "image", width: 24, height: 17, durationMs: 390 } as const;
  return [
    { ...same, name: "animated GIF", extension: "gif", bytes: await animation().gif({ delay }).toBuffer() },
    { ...same, name: "animated WebP", extension: "webp", bytes: await animation().webp({ delay }).toBuffer() },
    {
      ...{ ...same, name: "animated PNG", extension: "png", bytes: await fixture("animated.png") },
      ...{ width: 16, height: 12, durationMs: 1000 },
    },
  ];
}

async function videos(): Promise<Sample[]> {
  const names = ["faststart.mp4", "moov-at-end.mp4", "fragmented.mp4", "indexed.mp4", "hybrid.mp4"];
  const plain = await Promise.all(
    [...names, "quicktime.mov", "piped.webm", "streamed.webm"].map((name) => video(name)),
  );
  const faststart = await fixture("faststart.mp4");
  const quicktime = await fixture("quicktime.mov");
  return [
    ...plain,
    { ...(await video("rotated.mp4")), width: 48, height: 64 },
    { ...(await video("variable.mp4")), durationMs: 1400 },
    { ...(await video("known-sizes.webm")), durationMs: 1008 },
    {
      ...(await video("faststart.mp4")),
      name: "MP4 with media data to the end",
      bytes: mediaDataWithoutSize(faststart),
    },
    { ...(await video("quicktime.mov")), name: "MOV without file type", bytes: freeInsteadOfType(quicktime) },
    { ...(await video("quicktime.mov")), name: "MOV with a 64-bit size", bytes: joinFreeAndMediaData(quicktime) },
  ];
}

async function video(name: string): Promise<Sample> {
  const extension = name.slice(name.lastIndexOf(".") + 1) as Extension;
  return { name, bytes: await fixture(name), kind: "video", extension, width: 64, height: 48, durationMs: 1000 };
}

/** 24 by 17 pixels of noise, the same for the same seed. */
export function noise(channels: 3 | 4, seed = 1): Sharp {
  const random = randomNumbers(seed);
  const pixels = Buffer.from(Array.from({ length: 24 * 17 * channels }, () => random(256)));
  return sharp(pixels, { raw: { width: 24, height: 17, channels } });
}

/** Whole numbers from 0 to below `limit`, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
