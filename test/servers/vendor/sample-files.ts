// What a vendor's server hands out as generated: a whole picture, and a whole video.
import { readFileSync } from "node:fs";
import type { MediaKind } from "../../../shared/ports/provider.ts";
import { tinyPng } from "../../jobs/tiny-png.ts";

export interface SampleFile {
  bytes: Uint8Array;
  contentType: string;
  extension: "png" | "mp4";
}

const fixture = new URL("../../media/fixtures/faststart.mp4", import.meta.url);

export function sampleFile(type: MediaKind): SampleFile {
  return type === "image"
    ? { bytes: tinyPng, contentType: "image/png", extension: "png" }
    : { bytes: readFileSync(fixture), contentType: "video/mp4", extension: "mp4" };
}
