// One picture: scenery, the prompt on a panel, a caption.
import { chanceOf } from "./chance.ts";
import type { ImageSize } from "./rules.ts";
import { type Panel, scenery } from "./scenery.ts";
import { loadSharp } from "./sharp.ts";
import { layOutText, type TextLayer } from "./text.ts";

export interface ImagePlan extends ImageSize {
  prompt: string;
  seed: number;
  /** From 0. */
  index: number;
  /** How many pictures there are in all. */
  count: number;
  fontFile: string | undefined;
}

/** A whole PNG; the same plan gives the same bytes. */
export async function drawImage(plan: ImagePlan): Promise<Uint8Array> {
  const page = pageOf(plan);
  const caption = await layOutCaption(plan, page);
  const words = await layOutPrompt(plan, page);
  const panel = words && panelAround(words, page);
  const svg = scenery(plan, panel, chanceOf(plan.prompt, plan.seed, plan.index));

  const layers = [
    caption && { input: caption.input, left: page.margin, top: plan.height - page.margin - caption.height },
    words && panel && { input: words.input, left: panel.left + page.padding, top: panel.top + page.padding },
  ].filter((layer) => layer !== null);
  const sharp = await loadSharp();
  return await sharp(Buffer.from(svg)).composite(layers).removeAlpha().png({ compressionLevel: 7 }).toBuffer();
}

/** All in pixels. */
interface Page extends ImageSize {
  /** Around everything. */
  margin: number;
  /** Between the panel's edge and its words. */
  padding: number;
  /** Size of the caption's letters, and the strip that it takes with the space above it; 0 when the picture is too small for one. */
  captionSize: number;
  captionStrip: number;
}

function pageOf({ width, height }: ImageSize): Page {
  const side = Math.min(width, height);
  const captionSize = side < 160 ? 0 : Math.round(Math.max(10, side * 0.022));
  return {
    width,
    height,
    margin: Math.round(Math.max(4, side * 0.05)),
    padding: Math.round(Math.max(3, side * 0.045)),
    captionSize,
    captionStrip: Math.round(captionSize * 2.5),
  };
}

async function layOutPrompt({ prompt, fontFile }: ImagePlan, page: Page): Promise<TextLayer | null> {
  const side = Math.min(page.width, page.height);
  const frame = 2 * (page.margin + page.padding);
  return await layOutText(prompt, {
    width: page.width - frame,
    height: page.height - frame - page.captionStrip,
    largest: Math.max(16, side * 0.12),
    smallest: Math.round(Math.min(16, Math.max(9, side * 0.012))),
    fontFile,
  });
}

async function layOutCaption({ seed, index, count, fontFile }: ImagePlan, page: Page): Promise<TextLayer | null> {
  if (page.captionSize === 0) return null;
  return await layOutText(`sketch · seed ${seed} · ${index + 1}/${count}`, {
    width: page.width - 2 * page.margin,
    height: page.captionStrip,
    largest: page.captionSize,
    smallest: Math.min(9, page.captionSize),
    fontFile,
  });
}

/** In the middle of what the caption leaves. */
function panelAround(words: TextLayer, page: Page): Panel {
  const width = words.width + 2 * page.padding;
  const height = words.height + 2 * page.padding;
  return {
    left: Math.round((page.width - width) / 2),
    top: Math.round((page.height - page.captionStrip - height) / 2),
    width,
    height,
    radius: page.padding * 0.6,
  };
}
