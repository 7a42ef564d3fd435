// Programs that know media files, as Debian has them. Each call has a time limit.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const programs = ["ffmpeg", "ffprobe", "convert", "identify", "cwebp", "webpmux", "exiftool"] as const;
/** Needed by one test alone. */
export type Program = (typeof programs)[number] | "mediainfo";

/** In a folder of their own. */
export interface Tools {
  run(program: Program, ...args: string[]): Promise<string>;
  /** Lets the program write a file of this name, and answers its bytes. */
  make(program: Program, name: string, ...args: string[]): Promise<Buffer>;
  put(name: string, bytes: Uint8Array): Promise<string>;
}

const versionOf: Partial<Record<Program, string>> = { exiftool: "-ver", mediainfo: "--Version" };

/** Why the programs cannot be used; null when all are there. `more`: those that are needed as well. */
export async function missingPrograms(...more: Program[]): Promise<string | null> {
  const found = await Promise.all(
    [...programs, ...more].map((program) =>
      run(program, [versionOf[program] ?? "-version"], { timeout: 30_000 }).then(
        () => [],
        () => [program],
      ),
    ),
  );
  const missing = found.flat();
  return missing.length === 0 ? null : `not installed: ${missing.join(", ")}`;
}

export function toolsIn(folder: string): Tools {
  async function call(program: Program, args: string[]): Promise<string> {
    return (await run(program, args, { cwd: folder, timeout: 60_000, maxBuffer: 2 ** 26 })).stdout;
  }
  return {
    run: (program, ...args) => call(program, args),
    async make(program, name, ...args) {
      const quiet = program === "ffmpeg" ? ["-hide_banner", "-loglevel", "error", "-threads", "1", "-y"] : [];
      await call(program, [...quiet, ...args, ...(program === "exiftool" || program === "cwebp" ? [] : [name])]);
      return readFile(join(folder, name));
    },
    async put(name, bytes) {
      await writeFile(join(folder, name), bytes);
      return name;
    },
  };
}
