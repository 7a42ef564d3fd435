// What there is to see of a file: as shown, small, and never more than a service is to be asked about.
import { spawnSync } from "node:child_process";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLook, MAX_FILM_BYTES } from "../../shared/moderation/look.ts";
import type { SeenFile } from "../../shared/ports/moderation.ts";

const look = createLook({ ffmpegPath: null });
const signal = AbortSignal.timeout(120_000);
const turn = (act: () => Promise<void>) => act();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "looked-at-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function image(bytes: Buffer, over: Partial<SeenFile> = {}) {
  const file: SeenFile = { type: "image", size: bytes.length, durationMs: null, ...over };
  return look.at(file, Readable.from([bytes]), { turn, signal });
}

const solid = (width: number, height: number, background: string | object) =>
  sharp({ create: { width, height, channels: 4, background: background as string } });

const noise = (side: number) =>
  Buffer.from(
    `<svg width="${side}" height="${side}"><filter id="n"><feTurbulence baseFrequency="0.9"/></filter><rect width="100%" height="100%" filter="url(#n)"/></svg>`,
  );

/** Black for each even second, white for each odd one. */
function film(seconds: number, extension: "mp4" | "webm", size = "1280x720"): string {
  const path = join(folder, `${seconds}.${extension}`);
  const codec =
    extension === "mp4"
      ? ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
      : ["-c:v", "libvpx", "-b:v", "1M"];
  const odd = "drawbox=color=white:t=fill:enable='eq(mod(floor(t),2),1)'";
  const source = `color=black:s=${size}:r=4:d=${seconds},${odd}`;
  const args = ["-v", "error", "-y", "-f", "lavfi", "-i", source, ...codec, path];
  const { status, stderr } = spawnSync("ffmpeg", args, { timeout: 60_000, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return path;
}

async function isWhite(jpeg: Uint8Array): Promise<boolean> {
  const { channels } = await sharp(jpeg).stats();
  return (channels[0]?.mean ?? 0) > 128;
}

describe("A picture", () => {
  it("that is damaged in a later frame is the file's fault", async () => {
    const frames = await Promise.all(
      [0, 1, 2, 3].map((i) =>
        solid(400, 400, `#${i}${i}${i}`)
          .composite([{ input: noise(400) }])
          .png()
          .toBuffer(),
      ),
    );
    const whole = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await image(whole)).toHaveLength(4);
    const damaged = Buffer.from(whole).fill(0xff, whole.lastIndexOf("VP8L") + 13);
    await expect(image(damaged)).rejects.toMatchObject({ type: "invalid_output" });
  });

  it("is a JPEG of at most 1024 pixels a side, in its own shape", async () => {
    const [seen, ...more] = await image(await solid(3000, 1500, "#336699").png().toBuffer());
    const { format, width, height } = await sharp(seen).metadata();
    expect([format, width, height, more]).toEqual(["jpeg", 1024, 512, []]);
    expect(seen?.length).toBeLessThan(300_000);
  });

  it("that is small stays so, and one that is turned is seen as it is shown", async () => {
    const turned = await solid(40, 20, "#336699").jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height } = await sharp((await image(turned))[0]).metadata();
    expect([width, height]).toEqual([20, 40]);
  });

  it("is seen on white where it is transparent", async () => {
    const clear = await solid(8, 8, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer();
    expect(await isWhite((await image(clear))[0] ?? clear)).toBe(true);
  });

  it("that moves is seen at most twenty times, from its first frame on", async () => {
    const frames = await Promise.all(
      Array.from({ length: 45 }, (_, i) =>
        solid(8, 8, { r: i * 5, g: 0, b: 0, alpha: 1 })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif({ delay: 100 })
      .toBuffer();
    const seen = await image(gif, { durationMs: 4500 });
    expect(seen).toHaveLength(20);
    const reds = await Promise.all(seen.map(async (each) => (await sharp(each).stats()).channels[0]?.mean ?? 0));
    expect(reds).toEqual(reds.toSorted((a, b) => a - b));
    expect(reds[0]).toBeLessThan(20);
  });

  it("that is none is not seen", async () => {
    await expect(image(Buffer.from("<html>"))).rejects.toThrow();
  });

  it("larger than can be looked at is the file's own fault, and nothing of it is read", async () => {
    const body = Readable.from([Buffer.alloc(1)]);
    const file = { type: "image", size: MAX_FILM_BYTES + 1, durationMs: null } as const;
    await expect(look.at(file, body, { turn, signal })).rejects.toMatchObject({
      type: "invalid_output",
      retryable: false,
    });
    expect(body.readableDidRead).toBe(false);
  });
});

describe("A film", () => {
  it.each(["mp4", "webm"] as const)("of four seconds is seen once in each (%s)", async (extension) => {
    const path = film(4, extension);
    const file = { type: "video", extension, size: statSync(path).size, durationMs: 4000 } as const;
    const stills = await look.at(file, createReadStream(path), { turn, signal });
    expect(await Promise.all(stills.map(isWhite))).toEqual([false, true, false, true]);
    expect((await sharp(stills[0]).metadata()).width).toBe(1024);
  });

  it("of a minute is seen twenty times", async () => {
    const path = film(60, "mp4", "320x180");
    const file = { type: "video", extension: "mp4", size: statSync(path).size, durationMs: 60_000 } as const;
    expect(await look.at(file, createReadStream(path), { turn, signal })).toHaveLength(20);
  });

  it("that is none is not seen, and leads nowhere", async () => {
    const list = Buffer.from("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n");
    const file = { type: "video", extension: "mp4", size: list.length, durationMs: 1000 } as const;
    await expect(look.at(file, Readable.from([list]), { turn, signal })).rejects.toThrow();
  });

  it("cannot be seen where there is no ffmpeg, and it is said what to do", async () => {
    const blind = createLook({ ffmpegPath: "/nowhere/ffmpeg" });
    expect(blind.blindness()).toContain("FFMPEG_PATH");
    expect(look.blindness()).toBeNull();
  });
});

it("nothing stays on the disk, whatever comes of it", async () => {
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith("dream-factory-look-"));
  const before = left();
  await image(await solid(8, 8, "#000").png().toBuffer());
  await image(Buffer.from("no picture")).catch(() => undefined);
  expect(left().filter((name) => !before.includes(name))).toEqual([]);
});
