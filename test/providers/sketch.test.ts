// `sketch`: what may be asked of it, the pictures that it draws, and that nothing in a prompt can stop it.
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { ProviderRequest } from "../../shared/ports/provider.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { videoSize } from "../../shared/providers/sketch/rules.ts";
import { providerContract } from "../contracts/provider.ts";
import { anyProgram, smallVideo } from "./videos.ts";
import { runWithoutFonts } from "./without-fonts.ts";

const base: ProviderRequest = {
  type: "image",
  operation: "generate",
  model: "sketch",
  prompt: "a lantern on a river",
  n: 1,
  size: "256x256",
  seed: 7,
};

const wish = { language: "en", genre: "drama", episodes: 1, scenesPerEpisode: 1, durationSec: 10 } as const;
const longest = { language: "zh", genre: "fantasy", episodes: 20, scenesPerEpisode: 10, durationSec: 600 } as const;
const written: ProviderRequest = {
  type: "text",
  operation: "generate",
  model: "sketch",
  prompt: "x",
  n: 1,
  screenplay: wish,
};

const heard = { type: "audio", operation: "generate", model: "sketch", prompt: "x", n: 1 } as const;

providerContract("sketch", async () => ({
  provider: createSketchProvider({ ffmpegPath: anyProgram() }),
  requests: [
    {
      smallest: { type: "image", operation: "generate", model: "sketch", prompt: "x", n: 1, size: "64x64" },
      largest: { ...base, prompt: "漢".repeat(4000), n: 4, size: "2048x2048", seed: 2_147_483_647 },
    },
    {
      smallest: { type: "video", operation: "generate", model: "sketch", prompt: "x", n: 1, durationSec: 1 },
      // One second stands for thirty, which would take a minute.
      largest: {
        ...smallVideo,
        prompt: "漢".repeat(4000),
        n: 4,
        ratio: "3:1",
        resolution: "1080p",
        seed: 2_147_483_647,
      },
    },
    {
      smallest: written,
      largest: {
        ...written,
        prompt: "漢".repeat(4000),
        n: 4,
        seed: 2_147_483_647,
        screenplay: { ...wish, ...longest },
      },
    },
    {
      smallest: { ...heard, sound: { kind: "speech", voice: "girl" } },
      largest: { ...heard, prompt: "la ".repeat(100), n: 4, sound: { kind: "speech", voice: "man" } },
    },
    {
      smallest: { ...heard, sound: { kind: "music", mood: "joy" }, durationSec: 1 },
      // Ten seconds stand for five minutes.
      largest: {
        ...{ ...heard, prompt: "漢".repeat(4000), n: 4, seed: 2_147_483_647, durationSec: 10 },
        sound: { kind: "music", mood: "sad" },
      },
    },
  ],
  refused: [
    ...["", " \n\t ", "漢".repeat(4001), "😀".repeat(4001)].map((prompt) => refusedAs("prompt", { prompt })),
    ...["63x64", "64x2049", "64", "64x", "64X64", "64×64", "0064x64", "1e2x64", "-64x64", " 64x64", "64x64\n"].map(
      (size) => refusedAs("size", { size }),
    ),
    ...[-1, 0.5, 2_147_483_648, Number.NaN].map((seed) => refusedAs("seed", { seed })),
    refusedAs("durationSec", { durationSec: 5 }),
    refusedAs("ratio", { ratio: "16:9" }),
    refusedAs("resolution", { resolution: "720p" }),
    ...[0, 31, -1, 1.5, Number.NaN].map((durationSec) => refusedVideo("durationSec", { durationSec })),
    ...["16x9", "16:0", "0:9", "16:9\n", " 16:9", "016:9", "1.5:1", "16", "4:1", "1:4", "99:1", ""].map((ratio) =>
      refusedVideo("ratio", { ratio }),
    ),
    ...["720", "720P", "4320p", "360p", "constructor", ""].map((resolution) =>
      refusedVideo("resolution", { resolution }),
    ),
    refusedVideo("size", { size: "1280x720" }),
    refusedVideo("prompt", { prompt: " " }),
    { path: "size", request: { ...written, size: "64x64" } },
    { path: "voice", request: { ...heard, sound: { kind: "speech", voice: "nobody" } } },
    { path: "durationSec", request: { ...heard, sound: { kind: "speech", voice: "man" }, durationSec: 5 } },
    { path: "durationSec", request: { ...heard, sound: { kind: "music", mood: "joy" }, durationSec: 301 } },
  ],
  close: async () => {},
}));

function refusedAs(path: string, change: Partial<ProviderRequest>) {
  return { path, request: { ...base, ...change } };
}

function refusedVideo(path: string, change: Partial<ProviderRequest>) {
  return { path, request: { ...smallVideo, ...change } };
}

describe("sketch validates", () => {
  it.each([
    [{}, "1280x720"],
    [{ ratio: "9:16" }, "720x1280"],
    [{ ratio: "1:1", resolution: "1080p" }, "1080x1080"],
    [{ ratio: "4:3" }, "960x720"],
    [{ ratio: "3:4", resolution: "480p" }, "480x640"],
    [{ ratio: "21:9", resolution: "1080p" }, "2520x1080"],
    [{ ratio: "16:9", resolution: "480p" }, "854x480"],
    [{ ratio: "2:3" }, "720x1080"],
    [{ ratio: "1:3", resolution: "480p" }, "480x1440"],
  ])("a video of %o as one of %s", (change, size) => {
    const { resolution: _, ...video } = smallVideo;
    const request = { ...video, durationSec: 30, ...change };
    expect(createSketchProvider({ ffmpegPath: anyProgram() }).validate(request)).toEqual([]);
    const { width, height } = videoSize(request) ?? {};
    expect(`${width}x${height}`).toBe(size);
  });

  it("counts a prompt in code points", () => {
    expect(createSketchProvider().validate({ ...base, prompt: "😀".repeat(4000) })).toEqual([]);
  });

  it("names every problem at once", () => {
    const details = createSketchProvider().validate({ ...base, prompt: "", n: 5, size: "big", seed: -1 });
    expect(details.map(({ path }) => path)).toEqual(["prompt", "n", "size", "seed"]);
  });
});

describe("sketch draws", () => {
  it("a whole PNG of the size that was asked for, without a time stamp", async () => {
    const png = await draw({ ...base, size: "300x200" });
    expect(await sharp(png).metadata()).toMatchObject({ format: "png", width: 300, height: 200, channels: 3 });
    expect(chunkTypes(png)).not.toContain("tIME");
    expect(chunkTypes(png).at(-1)).toBe("IEND");
  });

  it("1024x1024 when no size is given", async () => {
    const { size: _, ...request } = base;
    expect(await sharp(await draw(request)).metadata()).toMatchObject({ width: 1024, height: 1024 });
  });

  it("the same bytes for the same prompt and seed", async () => {
    expect((await draw(base)).equals(await draw(base))).toBe(true);
    expect((await draw(base, { reference: "another-1" })).equals(await draw(base))).toBe(true);
  });

  it("another scenery for another prompt, seed or index", async () => {
    const pictures = [
      await draw(base),
      await draw({ ...base, prompt: "a lantern on a lake" }),
      await draw({ ...base, seed: 8 }),
      await draw({ ...base, n: 2 }, { index: 1 }),
    ];
    for (const [i, one] of pictures.entries()) {
      for (const other of pictures.slice(i + 1)) expect(await differenceAtTop(one, other)).toBeGreaterThan(4);
    }
  });

  it("the same after a restart and something else for another job when no seed is given", async () => {
    const { seed: _, ...request } = base;
    const one = await draw(request, { reference: "one-1" });
    expect(one.equals(await draw(request, { reference: "one-1" }))).toBe(true);
    expect(one.equals(await draw(request, { reference: "two-1" }))).toBe(false);
  });

  it("a caption in white on the dark bottom", async () => {
    const bottom = sharp(await draw(base)).extract({ left: 0, top: 210, width: 256, height: 46 });
    const pixels = await bottom.greyscale().raw().toBuffer();
    expect(pixels.filter((value) => value > 240).length).toBeGreaterThan(50);
    expect(pixels.filter((value) => value < 80).length).toBeGreaterThan(pixels.length / 2);
  });

  it("nothing of the negative prompt", async () => {
    expect((await draw({ ...base, negativePrompt: "blue <b>" })).equals(await draw(base))).toBe(true);
  });

  it("every picture while many are asked for at once", async () => {
    const provider = createSketchProvider();
    const alone = await draw(base);
    const together = await Promise.all(Array.from({ length: 12 }, () => draw(base, { provider })));
    for (const png of together) expect(png.equals(alone)).toBe(true);
  });

  it.each(["64x64", "2048x64", "64x2048", "2048x512"])("words of any length at %s", async (size) => {
    for (const prompt of ["北", "a paper boat", "w".repeat(4000), "漢".repeat(4000)]) {
      expect(`${await sizeOf(await draw({ ...base, prompt, size }))}`).toBe(size);
    }
  });
});

describe("no prompt can stop it:", () => {
  const hostile: Record<string, string> = {
    "a tag": "<span>",
    "a tag that is never closed": '<span foreground="red',
    "an entity": "&amp;",
    "an unknown entity": "&nope;",
    "the end of CDATA": "]]>",
    "an SVG": '</svg><image href="file:///etc/passwd"/><script>1</script>',
    "an XML declaration": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
    NUL: "a\u0000b",
    "NUL alone": "\u0000",
    "every control character": String.fromCharCode(...Array.from({ length: 160 }, (_, i) => i)),
    "a right-to-left override": "one \u202Etwo three",
    "unbalanced isolates": "\u2066\u2067\u2068 a \u2069\u2069\u2069\u2069",
    "a high surrogate alone": "a\uD800b",
    "a low surrogate alone": "\uDC00",
    noncharacters: "\uFFFE\uFFFF\u{1FFFE}\u{10FFFF}",
    "zero-width characters alone": "\u200B\u200D\uFEFF",
    "blank letters alone": "\u3164\u2800",
    emoji: "👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 👍🏽",
    "Arabic and Hebrew": "مرحبا بالعالم שלום עולם",
    "stacked marks": `Z${"\u0301\u0302\u1AB0".repeat(1300)}`,
    "white space around": " \n\t北京\r\n ",
    "line separators alone between letters": "a\u2028".repeat(2000),
    "4000 × 漢": "漢".repeat(4000),
    "4000 × 😀": "😀".repeat(4000),
    "one word of 4000 letters": "i".repeat(4000),
    "the widest ligature": "\uFDFD".repeat(100),
  };

  it.each(Object.entries(hostile))("%s", async (_, prompt) => {
    const request = { ...base, prompt, size: "320x192" };
    expect(createSketchProvider().validate(request)).toEqual([]);
    expect(await sizeOf(await draw(request))).toBe("320x192");
  });

  it("all of them, on a machine without fonts", async () => {
    const module = new URL("../../shared/providers/sketch/provider.ts", import.meta.url).href;
    const requests = Object.values(hostile).map((prompt) => ({ ...base, prompt, size: "320x192" }));
    const heads = await runWithoutFonts(`
      const { createSketchProvider } = await import(${JSON.stringify(module)});
      const provider = createSketchProvider();
      const heads = [];
      for (const request of ${JSON.stringify(requests)}) {
        const context = { reference: "job-1", signal: new AbortController().signal };
        const { sources } = await provider.start(request, context);
        const [first] = await Array.fromAsync(await provider.open(sources[0], request, context));
        heads.push(first.toString("latin1", 1, 4));
      }
      console.log(JSON.stringify(heads));
    `);
    expect(heads).toEqual(requests.map(() => "PNG"));
  });

  it("markup is drawn, not obeyed", async () => {
    const plain = await draw({ ...base, prompt: "<b>x</b>" });
    expect(plain.equals(await draw({ ...base, prompt: "x" }))).toBe(false);
  });
});

describe("sketch opens", () => {
  it("stops between slices when the caller gives up", async () => {
    const caller = new AbortController();
    const request = { ...base, size: "1024x1024" };
    const chunks = await createSketchProvider().open(source(0), request, { reference: "r-1", signal: caller.signal });
    const reading = (async () => {
      for await (const _ of chunks) caller.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it("says `invalid_output` with the cause when the font is missing", async () => {
    const provider = createSketchProvider({ fontFile: "/no/such/font.ttf" });
    await expect(draw(base, { provider })).rejects.toMatchObject({ type: "invalid_output", cause: expect.any(Error) });
  });
});

function source(index: number) {
  return { kind: "stream" as const, data: { index, seed: 7 } };
}

async function draw(
  request: ProviderRequest,
  { provider = createSketchProvider(), reference = "job-1", index = 0 } = {},
): Promise<Buffer> {
  const context = { reference, signal: new AbortController().signal };
  const outcome = await provider.start(request, context);
  const wanted = outcome.state === "succeeded" ? outcome.sources[index] : undefined;
  if (wanted?.kind !== "stream") throw new Error("sketch delivers streams");
  return await buffer(await provider.open(wanted, request, context));
}

/** Decodes every pixel, so a cut or broken PNG throws. */
async function sizeOf(png: Buffer): Promise<string> {
  const { info } = await sharp(png, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });
  return `${info.width}x${info.height}`;
}

/** Mean difference of the channels, 0 to 255, in the strip of sky above all words. */
async function differenceAtTop(one: Buffer, other: Buffer): Promise<number> {
  const sky = (png: Buffer) => sharp(png).extract({ left: 0, top: 0, width: 256, height: 40 }).raw().toBuffer();
  const [a, b] = [await sky(one), await sky(other)];
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}

function chunkTypes(png: Buffer): string[] {
  const types = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) types.push(png.toString("latin1", at + 4, at + 8));
  return types;
}
