// Subtitles as pictures: drawn by us, so that they look the same on every ffmpeg and break where we break them.
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { type Cue, letterSize } from "../../drama/subtitles.ts";
import { framesIn } from "../../drama/times.ts";
import type { FrameSize } from "../../ports/assembly.ts";
import { loadSharp } from "./sharp.ts";

/** A picture that lies in the folder, and the frames that it is laid on. */
export interface Caption {
  file: string;
  x: number;
  y: number;
  /** From the first one on, up to the one in front of the last one. */
  fromFrame: number;
  toFrame: number;
}

/** Of the height, below the words: films that stand upright are shown with buttons there. */
const BELOW = { wide: 0.06, tall: 0.17 };
const WIDEST = 0.94;

/** Those cues that are seen within these frames, counted from the first of them. `name`: unlike any other in the folder. */
export async function drawCaptions(
  folder: string,
  cues: readonly Cue[],
  { fromFrame, frames, size, name }: { fromFrame: number; frames: number; size: FrameSize; name: string },
): Promise<Caption[]> {
  const captions: Caption[] = [];
  for (const [i, cue] of cues.entries()) {
    const from = Math.max(0, framesIn(cue.fromMs) - fromFrame);
    const to = Math.min(frames, framesIn(cue.toMs) - fromFrame);
    if (to <= from) continue;
    const file = `${name}-${i}.png`;
    const place = await drawWords(cue.lines, size, path.join(folder, file));
    if (place) captions.push({ file, ...place, fromFrame: from, toFrame: to });
  }
  return captions;
}

/** White with a dark edge, in the middle near the bottom. Null when nothing of it can be seen. */
async function drawWords(
  lines: readonly string[],
  size: FrameSize,
  to: string,
): Promise<{ x: number; y: number } | null> {
  const letters = await lettersOf(lines.join("\n"), letterSize(size), "centre");
  if (!letters) return null;
  const sharp = await loadSharp();
  const edge = Math.max(1, Math.round(letterSize(size) * 0.07));
  const png = await withEdge(letters, edge);
  const { data, info } = await sharp(png)
    .resize({
      width: Math.floor(WIDEST * size.width),
      height: Math.floor(size.height / 2),
      fit: "inside",
      withoutEnlargement: true,
    })
    .png()
    .toBuffer({ resolveWithObject: true });
  await sharp(data).toFile(to);
  const below = Math.round(size.height * (size.width < size.height ? BELOW.tall : BELOW.wide));
  return { x: even((size.width - info.width) / 2), y: even(Math.max(0, size.height - below - info.height)) };
}

/** White on nothing; null when nothing of the text is visible. */
export async function lettersOf(
  text: string,
  size: number,
  align: "centre" | "left",
  colour = "#fff",
): Promise<Buffer | null> {
  const fontfile = notoSansSc();
  // libvips only warns about a font that is not there, and draws every letter as a box.
  await access(fontfile);
  const sharp = await loadSharp();
  try {
    return await sharp({
      text: {
        text: `<span foreground="${colour}">${escapeMarkup(printable(text))}</span>`,
        ...{ font: `Noto Sans SC Medium ${size}`, fontfile, dpi: 72, rgba: true, align },
        spacing: Math.round(size * 0.12),
      },
    })
      .png()
      .toBuffer();
  } catch (error) {
    if (error instanceof Error && error.message.includes("no text to render")) return null;
    throw error;
  }
}

/** What is blurred is made opaque again, but for its last pixels. */
const EDGE_GAIN = 6;

/** The letters on a wider, dark shape of themselves: they are read on any ground. */
async function withEdge(letters: Buffer, edge: number): Promise<Buffer> {
  const sharp = await loadSharp();
  const room = 3 * edge;
  const wide = await sharp(letters)
    .extend({ top: room, bottom: room, left: room, right: room, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer();
  // Each in a step of its own: within one, sharp takes a channel out last.
  const letterShape = await sharp(wide).extractChannel("alpha").png().toBuffer();
  const wider = await sharp(letterShape).blur(edge).linear(EDGE_GAIN, 0).png().toBuffer();
  const shape = await sharp(wider).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = shape.info;
  const dark = await sharp({ create: { width, height, channels: 3, background: { r: 12, g: 12, b: 12 } } })
    .joinChannel(shape.data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return await sharp(dark)
    .composite([{ input: wide }])
    .png()
    .toBuffer();
}

function even(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}

function printable(text: string): string {
  return text.toWellFormed().replace(/[^\n\P{Cc}]|[\p{Zl}\p{Zp}]/gu, " ");
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function notoSansSc(): string {
  return createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf");
}
