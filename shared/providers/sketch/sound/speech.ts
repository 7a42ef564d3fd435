// Speech by a synthesiser that an operator may have installed, as a program of its own; without it silence of about the length of the words.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { languageOf } from "../../../drama/wish.ts";
import { AppError } from "../../../errors/app-error.ts";
import type { Language } from "../../../ports/wishes.ts";
import { PIECE_BYTES, wavHeader } from "./wav.ts";

export interface Spoken {
  text: string;
  voice: string;
}

const SILENCE_RATE = 24_000;
/** Chinese characters, and letters of other scripts, in a second of normal speech. */
const perSecond: Readonly<Record<Language, number>> = { zh: 4, en: 14 };
const PAUSE_SEC = 0.4;
const LONGEST_SEC = 600;
const TIMEOUT_MS = 120_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** How long it takes to say it, in seconds: about, and never nothing. */
export function secondsOf(text: string): number {
  const language = languageOf(text);
  const letters = text.match(language === "zh" ? /[\p{L}\p{N}]/gu : /[\p{L}\p{N} ]/gu)?.length ?? 0;
  const pauses = text.match(/[，。！？；、,.!?;:…]/gu)?.length ?? 0;
  return Math.min(LONGEST_SEC, Math.max(0.5, letters / perSecond[language] + pauses * PAUSE_SEC * 0.5));
}

/** A WAV, in pieces. */
export async function* silence(text: string): AsyncGenerator<Uint8Array> {
  const samples = Math.round(secondsOf(text) * SILENCE_RATE);
  yield wavHeader({ channels: 1, samples, rate: SILENCE_RATE });
  for (let left = 2 * samples; left > 0; left -= PIECE_BYTES) yield new Uint8Array(Math.min(left, PIECE_BYTES));
}

/** Where the package `espeak-ng` is, which nothing of ours contains; null without it. */
export function findSynthesiser(): string | null {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("espeak-ng")).href;
  } catch {
    return null;
  }
}

/** A program of its own, because the synthesiser keeps its process alive, and is not ours. */
const program = fileURLToPath(new URL("./synthesise.mjs", import.meta.url));

/** The synthesiser's words for a language, and how high each kind of voice is, 0 to 99. */
const languages: Readonly<Record<Language, string>> = { zh: "cmn", en: "en" };
const pitches: Readonly<Record<string, string>> = {
  woman: "65",
  man: "35",
  girl: "80",
  boy: "75",
  old_woman: "55",
  old_man: "25",
};

/** A whole WAV. Throws AppError `invalid_output` when nothing comes of it. */
export async function speak(synthesiser: string, { text, voice }: Spoken, signal: AbortSignal): Promise<Buffer> {
  const language = languages[languageOf(text)];
  const child = spawn(process.execPath, [program, synthesiser, language, pitches[voice] ?? "50"], {
    stdio: ["pipe", "pipe", "ignore"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  child.stdin.on("error", () => undefined).end(text);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) child.kill("SIGKILL");
    else chunks.push(chunk);
  });
  const code = await ended.catch((cause) => {
    signal.throwIfAborted();
    throw new AppError("invalid_output", { message: "The words could not be spoken.", cause });
  });
  if (code !== 0 || bytes === 0) throw new AppError("invalid_output", { message: "The words could not be spoken." });
  return Buffer.concat(chunks);
}
