// Stills of a film, each found by itself: a long film costs no more than a short one.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Turn } from "../media/decode.ts";
import { SMALL_SIDE } from "../media/small-picture.ts";
import type { SeenFile } from "../ports/moderation.ts";
import { runFfmpeg } from "../providers/ffmpeg/run.ts";

const STILL_TIMEOUT_MS = 20_000;
const TIMEOUT_MS = 120_000;
/** Where a film does not say how long it is, so much of it is looked at. */
const UNKNOWN_MS = 20_000;

interface FilmStills {
  /** The film lies in it as `file`. */
  folder: string;
  file: SeenFile;
  most: number;
  turn: Turn;
  signal: AbortSignal;
}

/** One a second from the first picture on, at most `most`, evenly spread. Rejects when there is none. */
export async function filmStills(program: string, { folder, file, most, turn, signal }: FilmStills): Promise<Buffer[]> {
  const seconds = (file.durationMs ?? UNKNOWN_MS) / 1000;
  const count = Math.max(1, Math.min(most, Math.ceil(seconds)));
  const over = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const stills: Buffer[] = [];
  await turn(async () => {
    for (let i = 0; i < count; i++) {
      const still = await stillAt(program, { folder, file, at: (i * seconds) / count, signal: over });
      if (still) stills.push(still);
    }
  });
  if (stills.length === 0) throw new Error("ffmpeg found no picture in the film");
  return stills;
}

/** Null behind the last picture. */
async function stillAt(
  program: string,
  { folder, file, at, signal }: Pick<FilmStills, "folder" | "file" | "signal"> & { at: number },
): Promise<Buffer | null> {
  const name = `still-${at.toFixed(3)}.jpg`;
  const args = [
    // Only this file, read as what it was found to be: nothing in it leads elsewhere.
    ...["-protocol_whitelist", "file", "-f", file.extension === "webm" ? "matroska" : "mov"],
    ...["-threads", "1", "-ss", at.toFixed(3), "-i", "file", "-map", "0:v:0", "-frames:v", "1"],
    ...["-vf", `scale=w='min(${SMALL_SIDE},iw)':h='min(${SMALL_SIDE},ih)':force_original_aspect_ratio=decrease`],
    ...["-q:v", "4", "-f", "image2", "-update", "1", "-y", name],
  ];
  await runFfmpeg(program, args, { folder, timeoutMs: STILL_TIMEOUT_MS, signal, onFrames: () => {} });
  return readFile(join(folder, name)).catch((error) => {
    if (error?.code === "ENOENT") return null;
    throw error;
  });
}
