// What everything that is assembled works with: an ffmpeg, a folder of its own, and a request's inputs as files in it.
import { createWriteStream } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { addAbortSignal, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../errors/app-error.ts";
import type { InputAccess, InputFile } from "../../ports/provider.ts";
import { type Ran, type Run, runFfmpeg } from "../ffmpeg/run.ts";

export interface Work {
  /** Nobody else's; it goes when the result is being read. */
  folder: string;
  signal: AbortSignal;
  /** Of the whole: 0 to 100. */
  progress(percent: number): void;
  inputs: readonly InputFile[];
  /** Writes an input into the folder, once; answers its name. */
  bring(index: number): Promise<string>;
  /** It is no longer needed. */
  drop(...names: string[]): Promise<void>;
  /** Runs ffmpeg in the folder; names in `args` are relative to it. */
  ffmpeg(args: readonly string[], run: Pick<Run, "timeoutMs" | "onFrames" | "says">): Promise<Ran>;
}

interface Given extends Pick<Work, "folder" | "signal" | "inputs"> {
  program: string;
  access: InputAccess | undefined;
  progress: ((percent: number) => void) | undefined;
}

export function workOf({ program, access, progress, ...given }: Given): Work {
  const { folder, signal, inputs } = given;
  const brought = new Map<number, Promise<string>>();
  const nameOf = (index: number) => `input-${index}`;
  const bringOne = async (index: number) => {
    if (!access || !inputs[index]) throw new AppError("invalid_output", { message: `There is no input ${index}.` });
    const from = Readable.from(await access.open(index));
    await pipeline(from, createWriteStream(path.join(folder, nameOf(index))), { signal });
    return nameOf(index);
  };
  return {
    ...given,
    progress: (percent) => progress?.(Math.max(0, Math.min(100, percent))),
    bring(index) {
      const known = brought.get(index) ?? bringOne(index);
      brought.set(index, known);
      return known;
    },
    async drop(...names) {
      for (const index of brought.keys()) if (names.includes(nameOf(index))) brought.delete(index);
      await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
    },
    ffmpeg: (args, run) => runFfmpeg(program, args, { ...run, folder, signal }),
  };
}

/** All of a text that is an input. */
export async function textOf(work: Work, input: number): Promise<string> {
  return await readFile(path.join(work.folder, await work.bring(input)), "utf8");
}

/** How ffmpeg is to read an input: as what it was found to be when it was kept, so that nothing in it can lead elsewhere. */
const demuxers: Readonly<Record<string, string>> = {
  "video/mp4": "mov",
  "video/quicktime": "mov",
  "video/webm": "matroska",
  "audio/wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp4": "mov",
  "audio/ogg": "ogg",
};

export function reading(file: InputFile | undefined, name: string): string[] {
  const demuxer = file && Object.hasOwn(demuxers, file.contentType) ? demuxers[file.contentType] : undefined;
  if (demuxer === undefined) {
    const message = `An input of type ${file?.contentType} cannot be used here.`;
    throw new AppError("invalid_output", { message, retryable: false });
  }
  return ["-protocol_whitelist", "file", "-f", demuxer, "-i", name];
}

/** The same bytes for the same inputs, on one machine. */
export const reproducible = [
  "-map_metadata",
  "-1",
  "-fflags",
  "+bitexact",
  "-flags:v",
  "+bitexact",
  "-flags:a",
  "+bitexact",
];

/** It may lose its name while it is read. */
export async function opened({ folder, signal }: Pick<Work, "folder" | "signal">, name: string) {
  const handle = await open(path.join(folder, name));
  const stream = addAbortSignal(signal, handle.createReadStream());
  // Nobody may be reading when the signal aborts.
  stream.on("error", () => {});
  return stream;
}
