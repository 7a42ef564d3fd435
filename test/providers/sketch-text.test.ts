// The words on a sketch: real glyphs, within their box, also on a machine that has no fonts.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { REACH } from "../../shared/providers/assembly/stills.ts";
import { type Plan, pageOf } from "../../shared/providers/sketch/page.ts";
import { layOutContent } from "../../shared/providers/sketch/panel.ts";
import { layOutText, type TextBox } from "../../shared/providers/sketch/text.ts";
import { runWithoutFonts } from "./without-fonts.ts";

interface Ink {
  /** RGBA. */
  data: Buffer;
  width: number;
  height: number;
}

const box: TextBox = { width: 400, height: 300, largest: 64, smallest: 9 };
/** Two of Chinese, two of Latin, and one that no font has. */
const samples = ["北", "京", "A", "b", "\u{10FFFF}"];

describe("text", () => {
  it("has glyphs for Chinese and Latin, each its own; only what the font lacks is a box", async () => {
    expectGlyphs(await Promise.all(samples.map((text) => inkOf(text))));
  });

  it("stays within its box and has ink", async () => {
    for (const text of ["北", "a paper boat", "w".repeat(4000), "漢 ".repeat(2000), `Z${"\u1AB0".repeat(900)}`]) {
      for (const [width, height] of [
        [40, 40],
        [1900, 50],
        [50, 1900],
        [400, 300],
      ] as const) {
        const ink = await inkOf(text, { ...box, width, height });
        expect(ink.width).toBeLessThanOrEqual(width);
        expect(ink.height).toBeLessThanOrEqual(height);
        expect(inkedPixels(ink)).toBeGreaterThan(0);
      }
    }
  });

  it("stays in sight wherever a film's camera goes over the picture", async () => {
    const hidden = 1 - 1 / (1 + REACH);
    const prompt = "镜头慢慢升起，三个人还在为最后一个饺子争个不停。".repeat(12);
    for (const [width, height] of [
      [1280, 720],
      [720, 1280],
      [1024, 1024],
    ] as const) {
      const rest = { seed: 1, index: 0, count: 1, fontFile: undefined, operation: "generate", picture: null } as const;
      const plan: Plan = { width, height, prompt, ...rest };
      const { panel } = (await layOutContent(plan, pageOf(plan))) ?? expect.unreachable();
      // It goes to the one side or the other, and to the middle of what is above and below.
      expect(panel.left).toBeGreaterThanOrEqual(hidden * width);
      expect(panel.left + panel.width).toBeLessThanOrEqual((1 - hidden) * width);
      expect(panel.top).toBeGreaterThanOrEqual((hidden / 2) * height);
      expect(panel.top + panel.height).toBeLessThanOrEqual((1 - hidden / 2) * height);
    }
  });

  it("shrinks before it is shortened", async () => {
    const short = await inkOf("dream");
    const long = await inkOf("dream ".repeat(60));
    expect(inkedPixels(long)).toBeGreaterThan(inkedPixels(short));
    expect(await sameInk("dream ".repeat(60), `${"dream ".repeat(60)}more`)).toBe(false);
    expect(await sameInk("漢".repeat(3999), "漢".repeat(4000))).toBe(true);
  });

  it("draws control characters and line breaks as spaces, and half a pair as the replacement character", async () => {
    expect(await sameInk("a\u0000b\nc\u2028d\u0085e", "a b c d e")).toBe(true);
    expect(await sameInk("a\uD800b", "a\uFFFDb")).toBe(true);
  });

  it("draws markup literally", async () => {
    expect(await sameInk("<b>x</b>", "x")).toBe(false);
    expect(await sameInk("&lt;", "<")).toBe(false);
    expect(await sameInk("&amp;amp;", "&amp;")).toBe(false);
  });

  it("is nothing when there is nothing to see", async () => {
    for (const text of ["\u200B", "\u0000", "  ", ""]) expect(await layOutText(text, box)).toBeNull();
  });

  it("throws when the font is missing, instead of drawing boxes", async () => {
    await expect(layOutText("北", { ...box, fontFile: "/no/such/font.ttf" })).rejects.toThrow(/no such file/);
  });
});

describe("a machine without fonts", () => {
  it("has the same glyphs", async () => {
    expectGlyphs(await inkWithoutFonts(samples));
  });
});

async function inkWithoutFonts(texts: string[]): Promise<Ink[]> {
  const module = new URL("../../shared/providers/sketch/text.ts", import.meta.url).href;
  const drawn = (await runWithoutFonts(`
    const { default: sharp } = await import("sharp");
    const { layOutText } = await import(${JSON.stringify(module)});
    const drawn = [];
    for (const text of ${JSON.stringify(texts)}) {
      const { input, width, height } = await layOutText(text, ${JSON.stringify(box)});
      const data = await sharp(input).raw().toBuffer();
      drawn.push({ width, height, data: data.toString("base64") });
    }
    console.log(JSON.stringify(drawn));
  `)) as { width: number; height: number; data: string }[];
  return drawn.map((layer) => ({ ...layer, data: Buffer.from(layer.data, "base64") }));
}

function expectGlyphs(layers: Ink[]): void {
  expect(layers.map(isFramed)).toEqual([false, false, false, false, true]);
  expect(new Set(layers.map(({ data }) => data.toString("base64"))).size).toBe(samples.length);
}

async function sameInk(one: string, other: string): Promise<boolean> {
  return (await inkOf(one)).data.equals((await inkOf(other)).data);
}

async function inkOf(text: string, limits = box): Promise<Ink> {
  const layer = await layOutText(text, limits);
  if (!layer) throw new Error("nothing was drawn");
  const { data, info } = await sharp(layer.input).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([layer.width, layer.height, 4]);
  return { data, width: layer.width, height: layer.height };
}

function inkedPixels({ data }: Ink): number {
  return data.filter((value, i) => i % 4 === 3 && value > 128).length;
}

/** The box for a missing glyph is a frame: its upper and lower rows are nothing but ink. No letter looks like that. */
function isFramed({ data, width, height }: Ink): boolean {
  const isInked = (row: number) => {
    const alphas = data.subarray(row * width * 4, (row + 1) * width * 4).filter((_, i) => i % 4 === 3);
    return alphas.filter((alpha) => alpha > 0).length >= 0.9 * width;
  };
  return isInked(1) && isInked(height - 2);
}
