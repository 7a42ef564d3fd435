// Finding an ffmpeg that can write H.264, and what is to be known of it.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const PROBE_TIMEOUT_MS = 5000;

export interface Ffmpeg {
  /** The program: a path, or a name that the system looks for on the PATH. Null when there is none; looked for again at the next call. */
  find(): string | null;
  /** What an operator has to do when there is none. */
  advice: string;
}

export interface AboutFfmpeg {
  program: string;
  /** As it calls itself; some only name a day and a commit. */
  version: string;
  /** Before 5: no longer mended by anybody. */
  isOld: boolean;
  /** Filters of `assembly` that it was built without. */
  lacks: readonly string[];
}

/** `path` alone when it is given; else the PATH's, else the one of the npm package. Nothing is looked for until `find` is called. */
export function createFfmpeg(path: string | null): Ffmpeg {
  let found: string | null = null;
  return {
    find() {
      found ??= candidates(path).find((program) => able.has(program) || canWriteH264(program)) ?? null;
      return found;
    },
    advice: path === null ? NONE_HERE : WRONG_PATH,
  };
}

/** Those that were seen to write H.264. */
const able = new Set<string>();

/** By asking it twice, once in the life of a process. */
export function aboutFfmpeg(program: string): AboutFfmpeg {
  const known = asked.get(program);
  if (known) return known;
  const said = answerOf(program, "-version");
  // The library's version says which release a build without a number is of: 57 came with 5.0.
  const library = Number(/^libavutil\s+(\d+)\./m.exec(said)?.[1] ?? 0);
  const filters = new Set([...answerOf(program, "-filters").matchAll(/^ \S+ (\w+) /gm)].map(([, name = ""]) => name));
  const about = {
    ...{ program, version: /^ffmpeg version (\S+)/.exec(said)?.[1] ?? "unknown", isOld: library < 57 },
    lacks: needed.filter((name) => !filters.has(name)),
  };
  asked.set(program, about);
  return about;
}

const asked = new Map<string, AboutFfmpeg>();

/** All are in ffmpeg 4.1 and later; builds for one purpose leave some out. */
const needed = [
  ...["adelay", "afade", "aformat", "alimiter", "amix", "anullsrc", "apad", "aresample", "atrim", "acrossfade"],
  ...["boxblur", "concat", "crop", "ebur128", "format", "fps", "overlay", "scale", "select", "setpts", "setsar"],
  ...["split", "tpad", "trim", "volume", "zoompan"],
] as const;

const NONE_HERE =
  "Videos are drawn by ffmpeg, and none with libx264 is here. Install it (apt install ffmpeg, brew install ffmpeg, or npm install @ffmpeg-installer/ffmpeg), or set FFMPEG_PATH to its absolute path.";
const WRONG_PATH =
  "Videos are drawn by ffmpeg, and what FFMPEG_PATH names is not there, does not run, or has no libx264. Correct FFMPEG_PATH, or unset it to use the ffmpeg on the PATH or of the npm package @ffmpeg-installer/ffmpeg; then start again.";

function candidates(path: string | null): string[] {
  return path === null ? ["ffmpeg", ...npmProgram()] : [path];
}

/** The package is optional, and throws where its platform's binary is missing. */
function npmProgram(): string[] {
  try {
    return [createRequire(import.meta.url)("@ffmpeg-installer/ffmpeg").path];
  } catch {
    return [];
  }
}

/** It is really run, once in the life of a process: a file of another architecture, or one without libx264, looks just as well from outside. */
function canWriteH264(program: string): boolean {
  const isAble = answerOf(program, "-h", "encoder=libx264").includes("Encoder libx264");
  if (isAble) able.add(program);
  return isAble;
}

/** Empty when it says that something is wrong. */
function answerOf(program: string, ...args: string[]): string {
  const { status, stdout } = spawnSync(program, ["-hide_banner", ...args], {
    encoding: "utf8",
    timeout: PROBE_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  return status === 0 ? stdout : "";
}
