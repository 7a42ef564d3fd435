import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { createThumbnails } from "../../shared/media/thumbnail.ts";
import { createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { runFfmpeg } from "../../shared/providers/ffmpeg/run.ts";

const tools = { ...createFfmpeg(null), run: runFfmpeg };
const { signal } = new AbortController();
const options = { turn: (act: () => Promise<void>) => act(), signal };

async function* bodyOf(bytes: Uint8Array) {
  yield bytes;
}

async function of(bytes: Uint8Array, file: { type?: "image" | "video"; extension?: string; durationMs?: number } = {}) {
  const seen = { type: "image" as const, durationMs: null, size: bytes.byteLength, ...file };
  const made = await createThumbnails(tools).of(seen, bodyOf(bytes), options);
  return made && { ...(await sharp(made).metadata()), bytes: made.byteLength };
}

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 80, b: 40, alpha: 0.5 } } });

describe("a thumbnail", () => {
  test("is a WebP of at most 512 pixels a side, never larger than its picture, and keeps what is transparent", async () => {
    expect(await of(await drawn(1024, 1024).png().toBuffer())).toMatchObject({
      ...{ format: "webp", width: 512, height: 512, hasAlpha: true },
    });
    expect(await of(await drawn(300, 2000).webp().toBuffer())).toMatchObject({ width: 77, height: 512 });
    expect(await of(await drawn(64, 48).png().toBuffer())).toMatchObject({ width: 64, height: 48 });
  });

  test("is turned as its picture is shown", async () => {
    const turned = await drawn(1000, 500).flatten().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await of(turned)).toMatchObject({ width: 256, height: 512 });
  });

  test("of an animation is its first frame", async () => {
    const frames = await Promise.all([drawn(200, 100), drawn(200, 100)].map((each) => each.png().toBuffer()));
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await of(animated)).toMatchObject({ width: 200, height: 100 });
    expect((await of(animated))?.pages ?? 1).toBe(1);
  });

  test("of the largest picture that is kept stays small, and of a larger one there is none", async () => {
    const huge = await drawn(8000, 8000).flatten().jpeg({ quality: 40 }).toBuffer();
    expect(await of(huge)).toMatchObject({ width: 512, height: 512 });
    const tooLarge = await drawn(8200, 8200).flatten().jpeg({ quality: 40 }).toBuffer();
    await expect(of(tooLarge)).rejects.toThrow("pixel limit");
  });

  test("of what is no picture there is none", async () => {
    await expect(of(Buffer.from("not a picture"))).rejects.toThrow();
  });

  test("of a video is a still from near its beginning; without ffmpeg, and of a very large one, there is none", async () => {
    const program = tools.find();
    if (program === null) throw new Error(tools.advice);
    const folder = await mkdtemp(join(tmpdir(), "thumbnail-test-"));
    try {
      const args = ["-f", "lavfi", "-i", "testsrc=size=1280x720:rate=10:duration=3", "-pix_fmt", "yuv420p", "film.mp4"];
      expect(spawnSync(program, args, { cwd: folder, timeout: 30_000 }).status).toBe(0);
      const film = await readFile(join(folder, "film.mp4"));
      const seen = { type: "video" as const, extension: "mp4", durationMs: 3000 };
      expect(await of(film, seen)).toMatchObject({ format: "webp", width: 512, height: 288 });
      const blind = createThumbnails({ ...tools, find: () => null });
      expect(await blind.of({ ...seen, size: film.byteLength }, bodyOf(film), options)).toBeNull();
      expect(await createThumbnails(tools).of({ ...seen, size: 2 ** 31 }, bodyOf(film), options)).toBeNull();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
