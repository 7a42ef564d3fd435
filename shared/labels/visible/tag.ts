// The label as a picture: white letters on a box of black that lets some of the ground through.
import { createRequire } from "node:module";
import { missingCharacters } from "./glyphs.ts";
import type { Size } from "./place.ts";

/** RGBA, 8 bits each, not multiplied by alpha. */
export interface Tag extends Size {
  pixels: Buffer;
}

/** White letters stand out by at least 4.5 to 1 on it, whatever is below (WCAG 2.2, 1.4.3). */
const BOX_OPACITY = 0.55;
/** Shares of the ink's height, and of the box's. */
const PADDING = 0.4;
const RADIUS = 0.2;
/** Letters are drawn larger, and made exactly as high as they have to be. */
const OVERSIZE = 2;

/** A few sizes are asked for again and again. */
const MOST_KNOWN = 16;
const known = new Map<string, Promise<Tag>>();

/** `inkHeight`: pixels from the highest point of a letter to the lowest. Throws when the font lacks a character. */
export function tagOf(text: string, inkHeight: number): Promise<Tag> {
  const name = `${inkHeight} ${text}`;
  const tag = known.get(name) ?? drawTag(text, inkHeight);
  known.delete(name);
  known.set(name, tag);
  tag.catch(() => known.delete(name));
  for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest);
  return tag;
}

/** What is carried for `sketch` as well. */
export function labelFont(): string {
  return createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf");
}

async function drawTag(text: string, inkHeight: number): Promise<Tag> {
  const fontfile = labelFont();
  const missing = await missingCharacters(fontfile, text);
  if (missing.length > 0) throw new Error(`the font has no ${missing.join(" ")}, which LABEL_TEXT has`);
  const { default: sharp } = await import("sharp");
  const font = `Noto Sans SC Medium ${OVERSIZE * inkHeight}`;
  const markup = `<span foreground="#fff">${escapeMarkup(text)}</span>`;
  const letters = await sharp({ text: { text: markup, font, fontfile, dpi: 72, rgba: true } })
    .resize({ height: inkHeight })
    .png()
    .toBuffer({ resolveWithObject: true });
  const padding = Math.round(PADDING * inkHeight);
  const [width, height] = [even(letters.info.width + 2 * padding), even(inkHeight + 2 * padding)];
  const box = `<svg width="${width}" height="${height}"><rect width="100%" height="100%" rx="${RADIUS * height}" fill-opacity="${BOX_OPACITY}"/></svg>`;
  const { data } = await sharp(Buffer.from(box))
    .composite([{ input: letters.data, left: padding, top: padding }])
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, pixels: data };
}

/** H.264 keeps one colour for two by two pixels. */
function even(pixels: number): number {
  return 2 * Math.ceil(pixels / 2);
}

function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
