// Files of every format as our own labelling makes them, and what others may do to them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { srtOf, vttOf } from "../../shared/drama/subtitles.ts";
import { createLabels } from "../../shared/labels/label.ts";
import { pieces } from "../media/inspecting.ts";
import { imageSamples, mp3, type Sample, wav } from "./files.ts";
import { fixture } from "./film-marking.ts";
import { generated } from "./marking.ts";

export const us = { name: "001191110000XXXXXXXXXX10001", key: "the key of this system", isOnlyOurs: true };
export const others = { name: "DreamFactory", key: "the key of another system", isOnlyOurs: false };
export const ownerId = "0192f000-0000-7000-8000-0000000000ff";
export const produceId = "0192f000-0000-7000-8000-000000000000-1-0";

export interface Format extends Sample {
  type: string;
  /** What begins a part of its content, and how far behind it a byte may be changed. */
  content: [start: string, behind: number];
  /** Where its label is. */
  carrier: string;
  /** It is labelled while it streams: only the stored file tells whether it was changed. */
  isFilm: boolean;
  /** Of one that is cut, in front of a label that stands at its end: whether its label is still there, and whether it is noticed that it is cut. */
  cut: { isLabelled: boolean; read: "whole" | "partly" };
}

const front = { isLabelled: true, read: "partly" } as const;
const behind = { isLabelled: false, read: "partly" } as const;
/** It ends with what has no length of its own. */
const open = { isLabelled: true, read: "whole" } as const;

const cues = [{ fromMs: 500, toMs: 1900, lines: ["The lamps of the city", "are all lit."] }];

/** Without labels. */
export async function formats(): Promise<Format[]> {
  const images = await imageSamples();
  const image = (name: string) => images.find((each) => each.name === name)?.bytes ?? Buffer.alloc(0);
  const song = Buffer.from(fixture("sound-only.mp4"));
  song.write("M4A ", 8, "latin1");
  const still = { isFilm: false };
  const film = {
    isFilm: true,
    carrier: "mp4:moov",
    type: "video/mp4",
    content: ["mdat", 12] as [string, number],
  } as const;
  const webm = { isFilm: true, carrier: "webm:Tags", type: "video/webm", cut: front } as const;
  const made: Omit<Format, "name" | "bytes">[] = [
    { ...still, type: "image/png", carrier: "png:tEXt", content: ["IDAT", 12], cut: front },
    { ...still, type: "image/jpeg", carrier: "jpeg:XMP", content: ["\xff\xda", 60], cut: open },
    { ...still, type: "image/webp", carrier: "webp:XMP", content: ["VP8 ", 60], cut: behind },
    { ...still, type: "image/webp", carrier: "webp:XMP", content: ["VP8L", 60], cut: behind },
    { ...still, type: "image/webp", carrier: "webp:XMP", content: ["ANMF", 60], cut: behind },
    { ...still, type: "image/gif", carrier: "gif:XMP", content: ["GIF89a", 20], cut: front },
    { ...still, type: "image/gif", carrier: "gif:XMP", content: ["GIF89a", 20], cut: front },
    { ...still, type: "audio/wav", carrier: "wav:AIGC", content: ["data", 40], cut: behind },
    { ...still, type: "audio/mpeg", carrier: "mp3:TXXX", content: ["\xff\xfb\x90\xc4", 40], cut: open },
    { ...film, cut: behind },
    { ...film, cut: front },
    { ...film, cut: front },
    { ...film, type: "audio/mp4", cut: behind },
    { ...film, type: "video/quicktime", carrier: "mov:moov", cut: behind },
    { ...webm, content: ["\x1f\x43\xb6\x75", 60] },
    { ...webm, content: ["\x1f\x43\xb6\x75", 60] },
    { ...still, type: "application/json", carrier: "json:AIGC", content: ["The", 4], cut: behind },
    { ...still, type: "application/x-subrip", carrier: "srt:AIGC", content: ["The", 4], cut: open },
    { ...still, type: "text/vtt", carrier: "vtt:AIGC", content: ["The", 4], cut: open },
  ];
  const files: [string, Buffer][] = [
    ["picture.png", image("rgb.png")],
    ["picture.jpg", image("baseline.jpg")],
    ["simple.webp", image("simple.webp")],
    ["lossless.webp", image("lossless.webp")],
    ["animated.webp", image("animated.webp")],
    ["still.gif", image("still.gif")],
    ["animated.gif", image("animated.gif")],
    ["sound.wav", wav()],
    ["sound.mp3", mp3()],
    ["moov-at-end.mp4", fixture("moov-at-end.mp4")],
    ["faststart.mp4", fixture("faststart.mp4")],
    ["fragmented.mp4", fixture("fragmented.mp4")],
    ["song.m4a", song],
    ["quicktime.mov", fixture("quicktime.mov")],
    ["known-sizes.webm", fixture("known-sizes.webm")],
    ["streamed.webm", fixture("streamed.webm")],
    ["screenplay.json", Buffer.from('{"title":"The lamps of the city"}')],
    ["words.srt", Buffer.from(srtOf(cues))],
    ["words.vtt", Buffer.from(vttOf(cues))],
  ];
  return files.flatMap(([name, bytes], at) => {
    const format = made[at];
    return format ? [{ name, bytes, ...format }] : [];
  });
}

/** As the product labels it. */
export async function labelled(
  bytes: Uint8Array,
  said = {},
  producer: { name: string; key: string } = us,
): Promise<Buffer> {
  const labels = createLabels({ profile: "metadata", producer, systemName: "DreamFactory", marksImports: false });
  const all = { produceId, ownerId, digitalSourceType: generated, model: "wan2.7", madeAt: 1.8e12, ...said };
  return buffer(
    labels.mark(
      pieces(bytes, () => 4096),
      all,
    ).body,
  );
}

/** With one bit of its content changed. */
export function changed({ content: [start, distance] }: Format, bytes: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from(start, "latin1")) + distance;
  const other = Buffer.from(bytes);
  other.writeUInt8((other[at] ?? 0) ^ 1, at);
  return other;
}

/** What ffmpeg makes of a file; null where there is none. */
export function remuxed(name: string, bytes: Uint8Array, path: string, ...options: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "dream-factory-remuxed-"));
  try {
    writeFileSync(join(folder, name), bytes);
    const files = ["-v", "error", "-i", name, ...options, `out-${name}`];
    const { status, stderr } = spawnSync(path, files, { cwd: folder, timeout: 60_000 });
    if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
    return readFileSync(join(folder, `out-${name}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
