// The label on pictures of every kind: where it is, how large, and that all else is as it was.
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawOnImage } from "../../../shared/labels/visible/images.ts";
import { boundsOf, differenceOf, plain, type Size, samplesOf, stripes } from "./pictures.ts";

const TEXT = "AI生成";
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "visible-images-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function drawn(bytes: Uint8Array, text = TEXT): Promise<Buffer> {
  const [from, to] = [join(folder, `${++files}`), join(folder, `${files}-drawn`)];
  await writeFile(from, bytes);
  await drawOnImage(from, to, text);
  return readFile(to);
}

/** Where the box has to end. */
function edgeOf({ width, height }: Size) {
  const margin = Math.round(0.02 * Math.min(width, height));
  return { right: width - margin - 1, bottom: height - margin - 1 };
}

const large = { width: 640, height: 480 };
const small = { width: 300, height: 200 };
const delay = [100, 200, 50, 300, 100, 70];
const lossless: [name: string, make: () => Sharp][] = [
  ["PNG", () => stripes(large).png()],
  ["PNG with alpha", () => stripes(large, { alpha: true }).png()],
  ["interlaced PNG", () => stripes(small).png({ progressive: true })],
  ["PNG with a palette", () => stripes(small).png({ palette: true })],
  ["grey PNG", () => stripes(small).toColourspace("b-w").png()],
  ["grey PNG with alpha", () => stripes(small, { alpha: true }).toColourspace("b-w").png()],
  ["PNG of 16 bits", () => stripes(small).toColourspace("rgb16").png()],
  ["PNG of 16 bits with alpha", () => stripes(small, { alpha: true }).toColourspace("rgb16").png()],
  ["grey PNG of 16 bits", () => stripes(small).toColourspace("grey16").png()],
  ["PNG with a profile", () => stripes(small).withIccProfile("p3").png()],
  ["lossless WebP", () => stripes(large).webp({ lossless: true })],
  ["lossless WebP with alpha", () => stripes(large, { alpha: true }).webp({ lossless: true, exact: true })],
  ["lossless animated WebP", () => stripes(small, { pages: 6 }).webp({ lossless: true, delay, loop: 3 })],
];

describe.each(lossless)("%s", (_, make) => {
  test("is the same file but for the box in its corner", async () => {
    const before = await make().toBuffer();
    const after = await drawn(before);
    expect(await kindOf(after)).toEqual(await kindOf(before));
    const { width, height } = await samplesOf(before);
    const difference = await differenceOf(before, after);
    expect(difference).toMatchObject(edgeOf({ width, height }));
    expect(difference?.left).toBeGreaterThan(0.7 * width);
    expect(difference?.top).toBeGreaterThan(0.8 * height);
    expect((await drawn(before)).equals(after)).toBe(true);
  });
});

async function kindOf(bytes: Uint8Array) {
  const found = await sharp(bytes, { animated: true }).metadata();
  const { format, width, height, channels, depth, space, hasAlpha, isProgressive, pages, loop, icc } = found;
  return {
    ...{ format, width, height, channels, depth, space, hasAlpha, isProgressive, pages, loop, delay: found.delay },
    icc: icc?.toString("base64"),
    ...{ chroma: found.chromaSubsampling, orientation: found.orientation },
  };
}

/** Without edges between pure colours, which any encoder of half the colours blurs each time. */
const soft = (size: Size, pages = 1) => stripes(size, { pages }).blur(5);

const lossy: [name: string, make: () => Sharp][] = [
  ["JPEG", () => soft(large).jpeg({ quality: 90 })],
  ["progressive JPEG of full colours", () => soft(large).jpeg({ chromaSubsampling: "4:4:4", progressive: true })],
  ["grey JPEG", () => soft(large).toColourspace("b-w").jpeg()],
  ["JPEG with a profile", () => soft(large).withIccProfile("p3").jpeg()],
  ["WebP", () => soft(large).webp()],
  ["animated WebP", () => soft(small, 6).webp({ delay, loop: 3 })],
  ["animated GIF", () => stripes(small, { pages: 6 }).gif({ delay, loop: 3 })],
  ["GIF", () => stripes(large).gif()],
];

describe.each(lossy)("%s", (_, make) => {
  test("keeps its kind, and looks as before but for the box", async () => {
    const before = await make().toBuffer();
    const after = await drawn(before);
    expect(await kindOf(after)).toEqual(await kindOf(before));
    const [one, other] = [await samplesOf(before), await samplesOf(after)];
    let sum = 0;
    let count = 0;
    for (let i = 0; i < one.samples.length; i++) {
      const y = Math.floor(i / one.channels / one.width) % one.height;
      if (y > 0.8 * one.height) continue;
      sum += ((one.samples[i] ?? 0) - (other.samples[i] ?? 0)) ** 2;
      count++;
    }
    expect(10 * Math.log10(255 ** 2 / (sum / count || 1e-9))).toBeGreaterThan(37);
    expect(await differenceOf(before, after)).not.toBeNull();
  });
});

describe("The letters", () => {
  test.each([
    [{ width: 1024, height: 1024 }, TEXT, 52],
    [{ width: 1920, height: 1080 }, "AI-generated", 54],
    [{ width: 720, height: 1280 }, TEXT, 36],
    [{ width: 120, height: 100 }, TEXT, 10],
  ])("on %o in %s are %i pixels high, and stand out", async (size, text, inkHeight) => {
    const { samples, channels } = await samplesOf(await drawn(await plain(size).png().toBuffer(), text));
    const brightness = (x: number, y: number) => samples[(y * size.width + x) * channels] ?? 0;
    const box = boundsOf(size, (x, y) => brightness(x, y) !== 128);
    const ink = boundsOf(size, (x, y) => brightness(x, y) > 70 && brightness(x, y) !== 128 && isInside(x, y));
    function isInside(x: number, y: number): boolean {
      if (!box) return false;
      const inset = Math.floor(0.3 * inkHeight);
      return x >= box.left + inset && x <= box.right - inset && y >= box.top + inset && y <= box.bottom - inset;
    }
    expect(ink && ink.bottom - ink.top + 1).toSatisfy((height: number) => Math.abs(height - inkHeight) <= 1);
    expect(box).toMatchObject(edgeOf(size));
  });

  test.each([0, 128, 255])("on a ground of %i have a contrast of 4.5 to 1 at least", async (grey) => {
    const { samples, channels } = await samplesOf(await drawn(await plain(large, grey).png().toBuffer()));
    const inside = { left: large.width - 60, top: large.height - 30 };
    const values: number[] = [];
    for (let y = inside.top; y < large.height - 12; y++) {
      for (let x = inside.left; x < large.width - 20; x++) values.push(samples[(y * large.width + x) * channels] ?? 0);
    }
    const luminance = (value: number) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const [letters, box] = [luminance(Math.max(...values)), luminance(Math.min(...values))];
    expect((letters + 0.05) / (box + 0.05)).toBeGreaterThan(4.5);
  });

  test("of a character that the font lacks are not drawn as boxes", async () => {
    const png = await plain(large).png().toBuffer();
    await expect(drawn(png, "AI\u{20bb7}")).rejects.toThrow("the font has no \u{20bb7}, which LABEL_TEXT has");
  });

  test("may be what markup is made of", async () => {
    const png = await plain(large).png().toBuffer();
    expect(await differenceOf(png, await drawn(png, "<AI> & more"))).toMatchObject(edgeOf(large));
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "with orientation %i it is upright at the bottom right of what is seen",
  async (orientation) => {
    const upright = await turnedBack(await drawn(await plain(small).png().toBuffer()));
    const before = await plain(orientation >= 5 ? { width: 200, height: 300 } : small)
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const after = await drawn(before);
    expect((await sharp(after).metadata()).orientation).toBe(orientation);
    expect((await turnedBack(after)).equals(upright)).toBe(true);
  },
);

function turnedBack(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).autoOrient().raw().toBuffer();
}

test("what a PNG says of its colours, and what a camera has written, stays", async () => {
  const gamma = Buffer.from("0000000467414d410000b18f0bfc6105", "hex");
  const png = await stripes(small)
    .withExif({ IFD0: { Artist: "Ada" } })
    .png()
    .toBuffer();
  const after = await drawn(Buffer.concat([png.subarray(0, 33), gamma, png.subarray(33)]));
  expect(after.includes(gamma)).toBe(true);
  expect((await sharp(after).metadata()).exif?.includes("Ada")).toBe(true);
});

describe("What cannot be drawn on is refused, not spoilt:", () => {
  test.each([
    ["an animated PNG", () => readFileSync("test/media/fixtures/animated.png")],
    ["a picture smaller than the label", () => plain({ width: 20, height: 20 }).png().toBuffer()],
    ["a JPEG for the press", () => plain(small).toColourspace("cmyk").jpeg().toBuffer()],
  ])("%s", async (_, make) => {
    await expect(drawn(await make())).rejects.toThrow(/animated PNG|smaller than the label|its colours are cmyk/);
  });
});
