// What a vendor's server hands out as generated: a whole picture, a whole video, a sound.
import { readFileSync } from "node:fs";
import type { MediaKind } from "../../../shared/ports/provider.ts";
import { tinyPng } from "../../jobs/tiny-png.ts";

export interface SampleFile {
  bytes: Uint8Array;
  contentType: string;
  extension: "png" | "mp4" | "mp3" | "wav";
}

const fixture = new URL("../../media/fixtures/faststart.mp4", import.meta.url);

export function sampleFile(type: MediaKind): SampleFile {
  if (type === "image") return { bytes: tinyPng, contentType: "image/png", extension: "png" };
  if (type === "audio") return { bytes: silentMp3(10), contentType: "audio/mpeg", extension: "mp3" };
  return { bytes: readFileSync(fixture), contentType: "video/mp4", extension: "mp4" };
}

/** Frames of silence, 24 kHz, one channel, 24 ms each. */
export function silentMp3(frames: number): Buffer {
  const frame = Buffer.alloc(96);
  frame.set([0xff, 0xf3, 0x44, 0xc4]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}
