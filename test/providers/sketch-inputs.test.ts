// `sketch` with inputs: the first one is drawn under the operation's name, whatever it looks like.
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { CallContext, Operation, ProviderRequest } from "../../shared/ports/provider.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { picture as facts } from "./picture.ts";
import { anyProgram } from "./videos.ts";

const green = { r: 20, g: 220, b: 40 };
const file = { ...facts, key: "users/x/uploads/y.png", size: 1, contentType: "image/png", width: 40, height: 20 };
const base: ProviderRequest = {
  ...{ type: "image", operation: "edit", model: "sketch", prompt: "make it snow", n: 1, size: "256x256", seed: 7 },
  inputs: [file],
};

const picture = await plain(40, 20).png().toBuffer();

function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: green } });
}

function contextOf(input: Uint8Array | Error): CallContext {
  const open = async () => {
    if (input instanceof Error) throw input;
    return pieces(input);
  };
  return { reference: "r-1", signal: new AbortController().signal, inputs: { open, url: async () => "" } };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

async function draw(change: Partial<ProviderRequest> = {}, input: Uint8Array | Error = picture): Promise<Buffer> {
  const provider = createSketchProvider({ ffmpegPath: anyProgram() });
  const request = { ...base, ...change };
  expect(provider.validate(request)).toEqual([]);
  return buffer(await provider.open({ kind: "stream", data: { index: 0, seed: 7 } }, request, contextOf(input)));
}

/** The box in which the input's colour is found. */
async function boxOfInput(png: Buffer): Promise<{ width: number; height: number; top: number }> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = Array.from({ length: info.width * info.height }, (_, i) => i).filter(
    (i) => Number(data[3 * i + 1]) > 200 && Number(data[3 * i]) < 60 && Number(data[3 * i + 2]) < 80,
  );
  const columns = at.map((i) => i % info.width);
  const rows = at.map((i) => Math.floor(i / info.width));
  const top = Math.min(...rows);
  return { width: Math.max(...columns) - Math.min(...columns) + 1, height: Math.max(...rows) - top + 1, top };
}

describe("sketch draws the first input", () => {
  it.each(["generate", "edit", "style_transfer", "background_removal", "color_enhancement"] satisfies Operation[])(
    "in its own shape, under the name of %s",
    async (operation) => {
      const { width, height, top } = await boxOfInput(await draw({ operation }));
      expect(width).toBeGreaterThan(150);
      expect(Math.abs(width / height - 2)).toBeLessThan(0.1);
      expect(top).toBeGreaterThan(40);
    },
  );

  it("the same each time, and otherwise under another name or with other words", async () => {
    const one = await draw();
    expect(one.equals(await draw())).toBe(true);
    expect(one.equals(await draw({ operation: "style_transfer" }))).toBe(false);
    expect(one.equals(await draw({ prompt: "make it rain" }))).toBe(false);
  });

  it("without any words, where the operation needs none", async () => {
    expect((await boxOfInput(await draw({ operation: "background_removal", prompt: "" }))).width).toBeGreaterThan(150);
  });

  it.each(["64x64", "2048x64", "64x2048", "64x65"])("at %s, however long the prompt is", async (size) => {
    const { width, height } = await sharp(await draw({ size, prompt: "漢".repeat(4000) })).metadata();
    expect(`${width}x${height}`).toBe(size);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ["one pixel", () => plain(1, 1).png().toBuffer()],
    ["a strip", () => plain(4000, 1).png().toBuffer()],
    ["a JPEG in CMYK", () => plain(40, 20).toColourspace("cmyk").jpeg().toBuffer()],
    ["a WebP with holes", () => plain(40, 20).ensureAlpha(0.5).webp().toBuffer()],
    ["16 bits of grey", () => plain(40, 20).toColourspace("grey16").png().toBuffer()],
  ])("also when it is %s", async (_, input) => {
    expect((await sharp(await draw({}, await input())).stats()).isOpaque).toBe(true);
  });

  it("decoded once for all outputs of a job, whether they are opened together or one by one", async () => {
    const provider = createSketchProvider();
    const request = { ...base, n: 4 };
    const opened: number[] = [];
    const open = async (index: number) => {
      opened.push(index);
      return pieces(picture);
    };
    const context = { ...contextOf(picture), inputs: { open, url: async () => "" } };
    const read = async (index: number) =>
      buffer(await provider.open({ kind: "stream", data: { index, seed: 7 } }, request, { ...context }));
    const together = await Promise.all([0, 1, 2].map(read));
    const alone = await read(3);
    expect(opened).toEqual([0]);
    expect(new Set([...together, alone].map((png) => png.toString("base64"))).size).toBe(4);
    expect((await boxOfInput(alone)).width).toBeGreaterThan(150);
  });

  it("upright, as a camera says it was held", async () => {
    const sideways = await plain(40, 20).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const { width, height } = await boxOfInput(await draw({}, sideways));
    expect(Math.abs(height / width - 2)).toBeLessThan(0.15);
  });

  it("in a video", async () => {
    const { size: _, ...request } = base;
    const video = { ...request, type: "video", durationSec: 1, resolution: "480p" } as const;
    const provider = createSketchProvider({ ffmpegPath: anyProgram() });
    const source = { kind: "stream", data: { index: 0, seed: 7 } } as const;
    const bytes = async (input: Uint8Array) => buffer(await provider.open(source, video, contextOf(input)));
    const [one, other] = [await bytes(picture), await bytes(await plain(20, 40).png().toBuffer())];
    expect([one.toString("latin1", 4, 8), one.equals(other)]).toEqual(["ftyp", false]);
  });
});

describe("sketch says", () => {
  it("that an input is gone, as the store says it", async () => {
    const gone = new AppError("fetch_failed", { message: "It is gone.", retryable: false });
    await expect(draw({}, gone)).rejects.toBe(gone);
  });

  it("that an input is no picture that can be read, and that another try is of no use", async () => {
    const cut = picture.subarray(0, picture.length / 2);
    for (const input of [Buffer.from("<svg/>"), cut]) {
      await expect(draw({}, input)).rejects.toMatchObject({ type: "invalid_output", retryable: false });
    }
  });

  it("how large an input may be that has to be held as a whole, and draws one that does not", async () => {
    const large = sharp({ create: { width: 8000, height: 8000, channels: 3, background: green } });
    const refused = draw({}, await large.clone().png({ progressive: true }).toBuffer());
    await expect(refused).rejects.toMatchObject({
      type: "invalid_output",
      retryable: false,
      message: expect.stringMatching(/interlaced or progressive and has 8000 by 8000 pixels; at most 24 megapixels/),
    });
    expect((await boxOfInput(await draw({}, await large.png().toBuffer()))).width).toBeGreaterThan(100);
  });

  it("that a file is too large to be held while it is decoded", async () => {
    const inputs = [{ ...file, size: 65 * 1024 * 1024 }];
    await expect(draw({ inputs })).rejects.toThrow("at most 67108864 are drawn");
  });

  it("that it takes five inputs at most, and needs words to generate", () => {
    const provider = createSketchProvider();
    const paths = (change: Partial<ProviderRequest>) =>
      provider.validate({ ...base, ...change }).map(({ path }) => path);
    expect(paths({ inputs: Array(6).fill(file) })).toEqual(["inputs"]);
    expect(paths({ operation: "generate", prompt: "" })).toEqual(["prompt"]);
    expect(paths({ prompt: " " })).toEqual(["prompt"]);
  });

  it("that it is up, and what is missing where there is no ffmpeg", async () => {
    const health = await createSketchProvider({ ffmpegPath: "/no/such/ffmpeg" }).health(new AbortController().signal);
    expect(health).toMatchObject({ status: "up", message: expect.stringMatching(/Everything but videos.*ffmpeg/i) });
  });
});
