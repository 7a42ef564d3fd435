// Where the words stand on a picture, and on every picture of a video: the prompt on a panel in the middle, a caption below it.
import type { Operation } from "../../ports/provider.ts";
import type { Picture } from "./picture.ts";
import type { Size } from "./rules.ts";
import type { Panel } from "./scenery.ts";
import { layOutText, type TextLayer } from "./text.ts";

/** What is drawn, whether it moves or not. */
export interface Plan extends Size {
  prompt: string;
  seed: number;
  /** From 0. */
  index: number;
  /** How many there are in all. */
  count: number;
  fontFile: string | undefined;
  operation: Operation;
  /** The first input; drawn under the operation's name. */
  picture: Picture | null;
}

/** All in pixels. */
export interface Page extends Size {
  /** Around everything. */
  margin: number;
  /** Between the panel's edge and its words. */
  padding: number;
  /** Size of the caption's letters, and the strip that it takes with the space above it; 0 when the picture is too small for one. */
  captionSize: number;
  captionStrip: number;
}

export function pageOf({ width, height }: Size): Page {
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

/** A film's camera goes over a picture and into it: so much of it may be out of sight at a side, and half of that above and below. */
const OUT_OF_SIGHT = 1 / 8;

/** What the panel has room for, in pixels, so that its words stay in sight. */
export function roomOn({ width, height, margin, padding, captionStrip }: Page): Size {
  const across = Math.max(margin, Math.round(width * OUT_OF_SIGHT)) + padding;
  const down = Math.max(margin, Math.round((height * OUT_OF_SIGHT) / 2)) + padding;
  return { width: width - 2 * across, height: height - 2 * down - captionStrip };
}

/** Null when nothing of the prompt can be seen. */
export async function layOutPrompt({ prompt, fontFile }: Plan, page: Page): Promise<TextLayer | null> {
  const side = Math.min(page.width, page.height);
  return await layOutText(prompt, {
    ...roomOn(page),
    largest: Math.max(16, side * 0.12),
    smallest: Math.round(Math.min(16, Math.max(9, side * 0.012))),
    fontFile,
  });
}

/** Null when the picture is too small for a caption. */
export async function layOutCaption(text: string, fontFile: string | undefined, page: Page): Promise<TextLayer | null> {
  if (page.captionSize === 0) return null;
  return await layOutText(text, {
    width: page.width - 2 * page.margin,
    height: page.captionStrip,
    largest: page.captionSize,
    smallest: Math.min(9, page.captionSize),
    fontFile,
  });
}

export function captionOf({ seed, index, count }: Plan): string {
  return `sketch · seed ${seed} · ${index + 1}/${count}`;
}

/** In the middle of what the caption leaves. */
export function panelAround(words: Size, page: Page): Panel {
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
