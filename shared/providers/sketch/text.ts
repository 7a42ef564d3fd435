// Words as pixels: wrapped, shrunk until they fit their box, shortened with an ellipsis when even the smallest size does not fit.
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import type { CreateText } from "sharp";
import { loadSharp } from "./sharp.ts";

export interface TextBox {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Pixels of the em square; the largest size that fits is taken. */
  largest: number;
  smallest: number;
  /** By default Noto Sans SC from its npm package. */
  fontFile?: string | undefined;
}

/** White on nothing, cut to the ink. */
export interface TextLayer {
  /** What sharp makes the picture from. Its pixels are only needed at the end, and large: they are never held here. */
  input: { text: CreateText };
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/**
 * Lays out text of any content and length: it is plain text, never markup; control characters and line breaks are drawn as spaces.
 * Null when nothing in it is visible (zero-width characters alone) or the box cannot hold even one character. Throws when the font is missing.
 */
export async function layOutText(text: string, box: TextBox): Promise<TextLayer | null> {
  const fontFile = box.fontFile ?? notoSansSc();
  // libvips only warns about a font that is not there, and draws every letter as a box.
  await access(fontFile);
  let words = printable(text);
  let size = Math.floor(Math.min(box.largest, Math.max(box.smallest, fittingSize(words, box))));
  words = shorten(words, capacity(box));
  while (words !== "") {
    const layer = await measure(words, { size, width: box.width, fontFile });
    if (layer === null || (layer.width <= box.width && layer.height <= box.height)) return layer;
    if (size > box.smallest) size = Math.max(box.smallest, Math.floor(size * 0.92));
    else words = shorten(words, Math.floor(ems(words) * 0.92));
  }
  return null;
}

/** Of Noto Sans SC, as a share of the em square. */
const LINE_HEIGHT = 1.45;
const ELLIPSIS = "…";

/** C0, C1, line and paragraph separators become spaces; half of a surrogate pair becomes U+FFFD. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .trim();
}

/** About how wide the text is on one line, in em squares: from U+2E80 on most characters fill one, before that about half. */
function ems(text: string): number {
  let sum = 0;
  for (const character of text) sum += emsOf(character);
  return sum;
}

function emsOf(character: string): number {
  return (character.codePointAt(0) ?? 0) >= 0x2e80 ? 1 : 0.55;
}

function fittingSize(text: string, { width, height }: TextBox): number {
  return Math.sqrt((width * height) / (LINE_HEIGHT * ems(text)));
}

/** The ems that the box holds at the smallest size: more is never handed to the renderer, so that its work is bounded by the box. */
function capacity({ width, height, smallest }: TextBox): number {
  return Math.max(1, (width * height) / (LINE_HEIGHT * smallest ** 2));
}

/** The beginning of the text, an ellipsis behind it, that is about `limit` ems wide; the empty text when nothing is left. */
function shorten(text: string, limit: number): string {
  if (ems(text) <= limit) return text;
  let kept = "";
  let sum = emsOf(ELLIPSIS);
  for (const character of text) {
    sum += emsOf(character);
    if (sum > limit) break;
    kept += character;
  }
  return kept === "" ? "" : kept.trimEnd() + ELLIPSIS;
}

interface Setting {
  /** Pixels of the em square. */
  size: number;
  /** Pixels; lines are broken to fit, yet a single character may be wider. */
  width: number;
  fontFile: string;
}

async function measure(words: string, { size, width, fontFile }: Setting): Promise<TextLayer | null> {
  const sharp = await loadSharp();
  const isShort = ems(words) * size <= 3 * width;
  const text: CreateText = {
    text: `<span foreground="#fff">${escapeMarkup(words)}</span>`,
    font: `Noto Sans SC Medium ${size}`,
    fontfile: fontFile,
    dpi: 72,
    width: Math.floor(width),
    wrap: "word-char",
    align: isShort ? "centre" : "left",
    rgba: true,
  };
  try {
    const { width, height } = await sharp({ text }).metadata();
    return { input: { text }, width, height };
  } catch (error) {
    if (error instanceof Error && error.message.includes("no text to render")) return null;
    throw error;
  }
}

/** libvips reads all text as Pango markup, in which these three characters mean something. */
function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function notoSansSc(): string {
  return createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf");
}
