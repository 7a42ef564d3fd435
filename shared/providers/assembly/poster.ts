// A picture with the title of what it stands for.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { breakLines } from "../../drama/break-lines.ts";
import type { Poster } from "../../ports/assembly.ts";
import { lettersOf } from "./captions.ts";
import { frameOf } from "./frame.ts";
import { loadSharp } from "./sharp.ts";
import { inFrame } from "./stills.ts";
import type { Work } from "./work.ts";

/** Shares of the shorter side. */
const TITLE = 0.105;
const LINE = 0.046;
const MARGIN = 0.075;

/** Answers the name of the PNG. */
export async function makePoster(work: Work, { picture, size, title, line }: Poster): Promise<string> {
  const file = work.inputs[picture];
  const [still, side] = ["still.png", Math.min(size.width, size.height)];
  if (file?.type === "video") await frameOf(work, picture, (file.durationMs ?? 0) / 2, still);
  const source = file?.type === "video" ? still : await work.bring(picture);
  const ground = await inFrame(await readFile(path.join(work.folder, source)), size, "cover");
  const margin = Math.round(MARGIN * side);
  const width = size.width - 2 * margin;
  const words = [
    await wordsIn(title, TITLE * side, { width, height: 0.45 * size.height }, "#fff"),
    await wordsIn(line, LINE * side, { width, height: 0.2 * size.height }, "#e8e2d4"),
  ].filter((each) => each !== null);
  const layers = [];
  let bottom = size.height - margin;
  for (const each of words.toReversed()) {
    layers.push({ input: each.png, left: margin, top: Math.max(0, bottom - each.height) });
    bottom -= each.height + Math.round(0.7 * margin);
  }
  const shade = Buffer.from(shadeOf(size, Math.max(0, bottom - 2 * margin)));
  const sharp = await loadSharp();
  const png = await ground
    .composite(words.length > 0 ? [{ input: shade }, ...layers] : [])
    .png()
    .toBuffer();
  await sharp(png).removeAlpha().png().toFile(path.join(work.folder, "poster.png"));
  return "poster.png";
}

/** However long they are, they fit. */
async function wordsIn(text: string, size: number, { width, height }: Poster["size"], colour: string) {
  const broken = breakLines(text, Math.max(4, Math.floor(width / size))).join("\n");
  const letters = broken === "" ? null : await lettersOf(broken, Math.round(size), "left", colour);
  if (!letters) return null;
  const sharp = await loadSharp();
  const { data, info } = await sharp(letters)
    .resize({ width: Math.floor(width), height: Math.floor(height), fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { png: data, height: info.height };
}

/** Darker towards the words. */
function shadeOf({ width, height }: Poster["size"], from: number): string {
  const start = Math.round((100 * from) / height);
  const stops = `<stop offset="${start}%" stop-opacity="0"/><stop offset="${Math.round((start + 100) / 2)}%" stop-opacity="0.55"/><stop offset="100%" stop-opacity="0.82"/>`;
  return `<svg width="${width}" height="${height}"><linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">${stops}</linearGradient><rect width="100%" height="100%" fill="url(#shade)"/></svg>`;
}
