// What stands on the panel in the middle: the prompt; or, where there is an input, the operation's name, the picture below it, and the prompt below that.
import { layOutPrompt, type Page, type Plan, panelAround, roomOn } from "./page.ts";
import type { Drawn, Picture } from "./picture.ts";
import type { Size } from "./rules.ts";
import type { Panel } from "./scenery.ts";
import { layOutText, type TextLayer } from "./text.ts";

export interface PanelContent {
  panel: Panel;
  /** By their places on the page. */
  layers: { input: Part["input"]; left: number; top: number }[];
}

/** Null when there is nothing to be seen. Throws `invalid_output` when the input cannot be decoded. */
export async function layOutContent(plan: Plan, page: Page): Promise<PanelContent | null> {
  if (plan.picture) return await layOutPicture(plan, plan.picture, page);
  const words = await layOutPrompt(plan, page);
  return words && stack([words], 0, page);
}

async function layOutPicture(plan: Plan, picture: Picture, page: Page): Promise<PanelContent> {
  const room = roomOn(page);
  const gap = Math.round(page.padding / 2);
  const title = await layOutLine(plan.operation.replaceAll("_", " "), plan, {
    width: room.width,
    height: room.height * 0.12,
  });
  const words = await layOutLine(plan.prompt, plan, { width: room.width, height: room.height * 0.22 });
  const taken = [title, words].reduce((sum, text) => sum + (text ? text.height + gap : 0), 0);
  const drawn = await picture({ width: room.width, height: room.height - taken });
  return stack([title, drawn, words], gap, page);
}

/** Null when nothing of the text can be seen, or there is no room for it. */
async function layOutLine(text: string, { fontFile }: Plan, { width, height }: Size): Promise<TextLayer | null> {
  const smallest = 9;
  if (height < smallest) return null;
  const largest = Math.max(smallest, Math.min(height * 0.7, width * 0.06));
  return await layOutText(text, { width, height: Math.floor(height), largest, smallest, fontFile });
}

type Part = Drawn | TextLayer;

/** One below the other, each in the middle, with a panel around all. */
function stack(parts: (Part | null)[], gap: number, page: Page): PanelContent {
  const there = parts.filter((part) => part !== null);
  const width = Math.max(...there.map((part) => part.width));
  const height = there.reduce((sum, part) => sum + part.height, gap * (there.length - 1));
  const panel = panelAround({ width, height }, page);
  let top = panel.top + page.padding;
  const layers = there.map((part) => {
    const left = panel.left + page.padding + Math.round((width - part.width) / 2);
    const layer = { input: part.input, left, top };
    top += part.height + gap;
    return layer;
  });
  return { panel, layers };
}
