// One picture: scenery, the prompt on a panel, a caption.
import { chanceOf } from "./chance.ts";
import { hillPath } from "./hills.ts";
import { captionOf, layOutCaption, type Plan, pageOf } from "./page.ts";
import { layOutContent } from "./panel.ts";
import { glass, sceneryOf, svgOf } from "./scenery.ts";
import { loadSharp } from "./sharp.ts";

/** Looked at between two steps: what libvips has begun it ends. */
export type DrawImage = (plan: Plan, signal: AbortSignal) => Promise<Uint8Array>;

/** A whole PNG; the same plan gives the same bytes. */
export async function drawImage(plan: Plan, signal: AbortSignal): Promise<Uint8Array> {
  const page = pageOf(plan);
  const caption = await layOutCaption(captionOf(plan), plan.fontFile, page);
  signal.throwIfAborted();
  const content = await layOutContent(plan, page);
  signal.throwIfAborted();
  const { mood, heavens, hills } = sceneryOf(plan, chanceOf(plan.prompt, plan.seed, plan.index));
  const paths = hills.map((hill) => hillPath(hill, { ...page, span: page.width }));

  const layers = [
    caption && { input: caption.input, left: page.margin, top: plan.height - page.margin - caption.height },
    ...(content?.layers ?? []),
  ].filter((layer) => layer !== null);
  const sharp = await loadSharp();
  return await sharp(svgOf(page, [heavens, ...paths, content ? glass(content.panel, mood) : ""].join("")))
    .composite(layers)
    .removeAlpha()
    .png({ compressionLevel: 4 })
    .toBuffer();
}
