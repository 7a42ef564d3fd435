// The layers of a video, each drawn once: ffmpeg only moves them.
import type { Create } from "sharp";
import { chanceOf } from "./chance.ts";
import { hillPath, looped, reachOf } from "./hills.ts";
import { captionOf, layOutCaption, type Page, type Plan, pageOf } from "./page.ts";
import { layOutContent } from "./panel.ts";
import type { Size } from "./rules.ts";
import { glass, type Scenery, sceneryOf, svgOf } from "./scenery.ts";
import { loadSharp } from "./sharp.ts";
import type { TextLayer } from "./text.ts";

export const FRAMES_PER_SECOND = 24;

/** The number of the frame, from 0, as ffmpeg computes it; its own `n` begins with 1 in some filters. */
const FRAME = `round(t*${FRAMES_PER_SECOND})`;

export interface VideoPlan extends Plan {
  seconds: number;
}

/**
 * A picture and where it lies on the video, in pixels. `x` and `y` are ffmpeg's expressions of the time.
 * They are even numbers, or are rounded to such by ffmpeg: H.264 keeps one colour for two pixels.
 */
export interface Layer {
  png: Buffer;
  x: string | number;
  y: string | number;
  /** Only this part of it is seen. */
  crop?: Size & { y: string };
}

/** The lowest first: the sky, which covers the video, hills that pass by, the prompt's panel, the caption, the time, and a bar that grows. */
export async function drawLayers(plan: VideoPlan): Promise<Layer[]> {
  const page = pageOf(plan);
  const scenery = sceneryOf(plan, chanceOf(plan.prompt, plan.seed, plan.index));
  const layers = [
    await skyLayer(scenery, page),
    ...(await hillLayers(scenery, page)),
    await panelLayer(plan, scenery, page),
    await captionLayer(plan, page),
    await timeLayer(plan, page),
    await barLayer(plan, page),
  ];
  return layers.filter((layer) => layer !== null);
}

async function skyLayer({ heavens }: Scenery, page: Page): Promise<Layer> {
  const sharp = await loadSharp();
  return { png: await sharp(svgOf(page, heavens)).removeAlpha().png(fast).toBuffer(), x: 0, y: 0 };
}

/** A hill begins again after so many widths of the video. */
const LOOP_WIDTHS = 2;

/** The nearer, the faster; whole steps from frame to frame, so that nothing trembles. One by one: others draw at the same time. */
async function hillLayers({ hills }: Scenery, page: Page): Promise<Layer[]> {
  const step = 2 * Math.max(1, Math.round(Math.min(page.width, page.height) / 720));
  const loop = LOOP_WIDTHS * page.width;
  const wide = hills.map((hill) => looped(hill, LOOP_WIDTHS));
  const layers: Layer[] = [];
  for (const [i, hill] of wide.entries()) {
    const next = wide[i + 1];
    const top = even(reachOf(hill).top * page.height) - 2;
    const bottom = next ? Math.min(page.height, even(reachOf(next).bottom * page.height) + 2) : page.height;
    const box = { left: 0, top, width: loop + page.width, height: bottom - top };
    const path = hillPath(hill, { width: box.width, height: page.height, span: loop });
    const sharp = await loadSharp();
    layers.push({
      png: await sharp(svgOf(box, path)).png(fast).toBuffer(),
      x: `-mod(${FRAME}*${step * (i + 1)},${loop})`,
      y: top,
    });
  }
  return layers;
}

async function panelLayer(plan: VideoPlan, { mood }: Scenery, page: Page): Promise<Layer | null> {
  const content = await layOutContent(plan, page);
  if (content === null) return null;
  const { panel, layers } = content;
  // Room for the half of the panel's edge that is outside, and for even numbers.
  const box = {
    left: even(panel.left) - 2,
    top: even(panel.top) - 2,
    width: even(panel.width) + 6,
    height: even(panel.height) + 6,
  };
  const inside = layers.map((layer) => ({ ...layer, left: layer.left - box.left, top: layer.top - box.top }));
  const sharp = await loadSharp();
  const png = await sharp(svgOf(box, glass(panel, mood)))
    .composite(inside)
    .png(fast)
    .toBuffer();
  return { png, x: box.left, y: box.top };
}

async function captionLayer(plan: VideoPlan, page: Page): Promise<Layer | null> {
  const caption = await layOutCaption(captionOf(plan), plan.fontFile, page);
  if (caption === null) return null;
  const sharp = await loadSharp();
  const png = await sharp(caption.input).png(fast).toBuffer();
  return { png, x: page.margin, y: page.height - page.margin - caption.height };
}

/** One cell for each second, one below the other; ffmpeg shows one at a time. */
async function timeLayer({ seconds, fontFile }: VideoPlan, page: Page): Promise<Layer | null> {
  const texts = Array.from({ length: seconds }, (_, second) => `${clock(second)} / ${clock(seconds)}`);
  const labels: TextLayer[] = [];
  for (const text of texts) {
    const label = await layOutCaption(text, fontFile, page);
    if (label !== null) labels.push(label);
  }
  if (labels.length === 0) return null;
  const width = even(Math.max(...labels.map((label) => label.width)) + 1);
  const height = even(Math.max(...labels.map((label) => label.height)) + 1);
  const placed = labels.map((label, i) => ({
    input: label.input,
    left: width - label.width,
    top: i * height + height - label.height,
  }));
  const sharp = await loadSharp();
  const png = await sharp(plain({ width, height: height * seconds }, 0))
    .composite(placed)
    .png(fast)
    .toBuffer();
  return {
    png,
    x: page.width - page.margin - width,
    y: page.height - page.margin - height,
    crop: { width, height, y: `floor(${FRAME}/${FRAMES_PER_SECOND})*${height}` },
  };
}

async function barLayer({ seconds }: VideoPlan, page: Page): Promise<Layer> {
  const height = Math.max(4, even(Math.min(page.width, page.height) / 120));
  const sharp = await loadSharp();
  const png = await sharp(plain({ width: page.width, height }, 0.85))
    .png(fast)
    .toBuffer();
  const frames = seconds * FRAMES_PER_SECOND;
  return { png, x: `${page.width}*(${FRAME}+1)/${frames}-${page.width}`, y: page.height - height };
}

/** Read once, a moment later. */
const fast = { compressionLevel: 1 };

function plain({ width, height }: Size, alpha: number): { create: Create } {
  return { create: { width, height, channels: 4, background: { r: 255, g: 255, b: 255, alpha } } };
}

function even(pixels: number): number {
  return 2 * Math.floor(pixels / 2);
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
