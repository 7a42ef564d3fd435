// What there is to see of a file: a picture small, an animation or a film by stills of it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../errors/app-error.ts";
import { smallPictures } from "../media/small-picture.ts";
import { writeFileOf } from "../media/write-file.ts";
import type { Look, SeenFile } from "../ports/moderation.ts";
import { createFfmpeg } from "../providers/ffmpeg/find.ts";
import { filmStills } from "./film-stills.ts";

/** One a second, and of a longer film or animation as many, evenly spread. */
export const MOST_STILLS = 20;
/** It lies on the disk while it is looked at, which in a function has 512 MB for all that go on at once. */
export const MAX_FILM_BYTES = 200 * 1024 * 1024;

/** `ffmpegPath`: as everywhere, null for the one that is found. */
export function createLook({ ffmpegPath }: { ffmpegPath: string | null }): Look {
  const ffmpeg = createFfmpeg(ffmpegPath);
  return {
    blindness: () => (ffmpeg.find() === null ? ffmpeg.advice : null),
    async at(file, body, { turn, signal }) {
      if (file.size > MAX_FILM_BYTES) throw tooLarge(file);
      const folder = await mkdtemp(join(tmpdir(), "dream-factory-look-"));
      try {
        await writeFileOf(join(folder, "file"), body, signal);
        if (file.type === "image") return await smallPictures(join(folder, "file"), { most: MOST_STILLS, turn });
        const program = ffmpeg.find();
        if (program === null) throw new Error(ffmpeg.advice);
        return await filmStills(program, { folder, file, most: MOST_STILLS, turn, signal });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function tooLarge({ size }: SeenFile): AppError {
  const message = `The file has ${size} bytes; at most ${MAX_FILM_BYTES} can be checked.`;
  return new AppError("invalid_output", { message, retryable: false });
}
