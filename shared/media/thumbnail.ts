// A small WebP of a picture or a film. Only in functions that carry sharp.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeenFile } from "../ports/moderation.ts";
import type { Thumbnails } from "../ports/thumbnail.ts";
import { withoutOverlap } from "./decode.ts";
import { MAX_IMAGE_PIXELS } from "./formats/format.ts";
import { THUMBNAIL_SIDE } from "./thumbnail-size.ts";
import { writeFileOf } from "./write-file.ts";

const QUALITY = 78;
/** The next one takes twice the time for a file that is hardly smaller. */
const EFFORT = 2;
const PICTURE_SECONDS = 20;
const STILL_MS = 20_000;
/** It lies on the disk meanwhile, which in a function has 512 MB for all that go on at once. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Films often begin in the dark. */
const STILL_AT_SECONDS = 1;

/** Runs ffmpeg. */
export interface StillTools {
  /** The program; null when there is none. */
  find(): string | null;
  run(
    program: string,
    args: readonly string[],
    run: { folder: string; timeoutMs: number; signal: AbortSignal },
  ): Promise<unknown>;
}

export function createThumbnails(tools: StillTools): Thumbnails {
  return {
    async of(file, body, { turn, signal }) {
      const program = file.type === "video" ? tools.find() : null;
      const isPicture = file.type === "image";
      if (file.size > MOST_BYTES || (!isPicture && program === null)) return null;
      const folder = await mkdtemp(join(tmpdir(), "dream-factory-thumbnail-"));
      try {
        await writeFileOf(join(folder, "file"), body, signal);
        if (program === null) return await smallOf(join(folder, "file"), turn);
        await turn(async () => void (await tools.run(program, stillOf(file), { folder, timeoutMs: STILL_MS, signal })));
        return await smallOf(join(folder, "still.png"), turn);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** What decoders only warn of was refused before; here a picture is better than none. */
async function smallOf(path: string, turn: (act: () => Promise<void>) => Promise<void>): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  const small = sharp(path, { failOn: "none", limitInputPixels: MAX_IMAGE_PIXELS, sequentialRead: true })
    .timeout({ seconds: PICTURE_SECONDS })
    .autoOrient()
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .webp({ quality: QUALITY, effort: EFFORT });
  let made: Uint8Array = new Uint8Array();
  await withoutOverlap(turn, async () => {
    made = await small.toBuffer();
  });
  return made;
}

function stillOf({ extension, durationMs }: SeenFile): string[] {
  const at = Math.min(STILL_AT_SECONDS, (durationMs ?? 0) / 3000);
  return [
    // Only this file, read as what it was found to be: nothing in it leads elsewhere.
    ...["-protocol_whitelist", "file", "-f", extension === "webm" ? "matroska" : "mov"],
    ...["-threads", "1", "-ss", at.toFixed(3), "-i", "file", "-map", "0:v:0", "-frames:v", "1"],
    ...[
      "-vf",
      `scale=w='min(${THUMBNAIL_SIDE},iw)':h='min(${THUMBNAIL_SIDE},ih)':force_original_aspect_ratio=decrease`,
    ],
    ...["-f", "image2", "-update", "1", "-y", "still.png"],
  ];
}
