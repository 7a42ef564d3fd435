// Running ffmpeg: its progress, its last words, and its end in every case.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const STDERR_TAIL_BYTES = 16 * 1024;
/** Of these, what is told when it failed. */
const TOLD_CHARACTERS = 2048;
/** Should this process be killed, ffmpeg hears of nothing: then it ends when it has taken its time on so many processors. */
const CORES = 4;

export interface Run {
  /** Where it runs: names of files in `args` are relative to it. */
  folder: string;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called about twice in a second with the number of frames that were encoded so far, and at the end with all that were copied. */
  onFrames?: (count: number) => void;
  /** `info`: also what filters have measured. By default only what is wrong. */
  says?: "error" | "info";
}

/** What was written when it had ended. */
export interface Ran {
  frames: number;
  /** How long the longest stream is that was written. */
  microseconds: number;
  /** The last that it said. */
  said: string;
}

/**
 * Resolves when it has ended well; throws the signal's reason, or what ffmpeg said last. When the promise settles, nothing runs any more.
 */
export async function runFfmpeg(program: string, args: readonly string[], run: Run): Promise<Ran> {
  run.signal.throwIfAborted();
  const over = AbortSignal.timeout(run.timeoutMs);
  const stop = AbortSignal.any([run.signal, over]);
  const limit = ["-timelimit", String(Math.ceil((CORES * run.timeoutMs) / 1000))];
  const level = isCopying(args) ? "verbose" : (run.says ?? "error");
  const child = spawn(program, [...always, ...limit, "-loglevel", level, ...args], {
    cwd: run.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  // A child that could not be started may have no streams: what they throw comes first then.
  ended.catch(() => {});
  const kill = () => child.kill("SIGKILL");
  stop.addEventListener("abort", kill, { once: true });
  try {
    const lastWords = tailOf(child.stderr);
    const written = { frames: 0, microseconds: 0 };
    followProgress(child.stdout, (name, value) => {
      if (name === "frame") written.frames = value;
      else written.microseconds = value;
      if (name === "frame") run.onFrames?.(value);
    });
    const [code, killedBy] = await ended;
    run.signal.throwIfAborted();
    const said = lastWords();
    const told = said.slice(-TOLD_CHARACTERS);
    if (over.aborted) throw new Error(`ffmpeg was not done after ${run.timeoutMs} ms: ${told}`);
    if (code !== 0) throw new Error(`ffmpeg ended with ${code ?? killedBy}: ${told}`);
    const copied = isCopying(args) ? packetsIn(said) : null;
    if (copied !== null) run.onFrames?.(copied);
    return { ...written, frames: copied ?? written.frames, said };
  } finally {
    stop.removeEventListener("abort", kill);
  }
}

/** 7.0 tells of no frames in its progress that are copied: how many they were stands in what it says at its end. */
function isCopying(args: readonly string[]): boolean {
  return args.some((arg, i) => arg === "copy" && /^-c(:v)?$/.test(args[i - 1] ?? ""));
}

function packetsIn(said: string): number | null {
  const packets = /\(video\): (\d+) packets muxed/.exec(said)?.[1];
  return packets === undefined ? null : Number(packets);
}

const always = ["-nostdin", "-hide_banner", "-nostats", "-progress", "pipe:1"];

function tailOf(stream: Readable): () => string {
  let tail = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-STDERR_TAIL_BYTES);
  });
  return () => tail.toString().trim();
}

/** Frames, and the time that was written up to: in microseconds, whatever some versions call it. */
function followProgress(progress: Readable, on: (name: "frame" | "time", value: number) => void): void {
  createInterface({ input: progress }).on("line", (line) => {
    const [, name, value] = /^(frame|out_time_ms)=\s*(\d+)$/.exec(line) ?? [];
    if (value !== undefined) on(name === "frame" ? "frame" : "time", Number(value));
  });
}
