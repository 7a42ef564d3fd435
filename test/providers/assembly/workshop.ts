// What tests of assembled films need: small files of every kind, a provider to assemble them, and looks into what came of it.
import { execFile, execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import sharp from "sharp";
import type { Assembly, ListedAssembly, TimedLine } from "../../../shared/ports/assembly.ts";
import type {
  CallContext,
  InputAccess,
  InputFile,
  MediaKind,
  ProviderRequest,
} from "../../../shared/ports/provider.ts";
import { createAssemblyProvider } from "../../../shared/providers/assembly/provider.ts";
import { wavHeader, wavSamples } from "../../../shared/providers/sketch/sound/wav.ts";
import { anyProgram } from "../videos.ts";

export const size = { width: 320, height: 180 };
export const FRAME_SAMPLES = 2000;

/** A file on the disk, and what its record says of it. */
export interface Made {
  path: string;
  file: InputFile;
}

const kinds: Readonly<Record<string, [MediaKind, string]>> = {
  png: ["image", "image/png"],
  mp4: ["video", "video/mp4"],
  mov: ["video", "video/quicktime"],
  webm: ["video", "video/webm"],
  wav: ["audio", "audio/wav"],
  mp3: ["audio", "audio/mpeg"],
  json: ["text", "application/json"],
  srt: ["text", "application/x-subrip"],
  vtt: ["text", "text/vtt"],
};

export class Workshop implements AsyncDisposable {
  readonly folder: string;
  /** Which ffmpeg works. */
  program = anyProgram();

  constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workshop> {
    return new Workshop(await mkdtemp(path.join(tmpdir(), "workshop-")));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  async put(name: string, bytes: Uint8Array, facts: Partial<InputFile> = {}): Promise<Made> {
    const at = path.join(this.folder, name);
    await writeFile(at, bytes);
    return this.known(name, facts);
  }

  async known(name: string, facts: Partial<InputFile> = {}): Promise<Made> {
    const at = path.join(this.folder, name);
    const [type, contentType] = kinds[path.extname(name).slice(1)] ?? ["text", "application/json"];
    const none = { sha256: "", width: null, height: null, durationMs: null };
    return { path: at, file: { ...none, key: at, type, contentType, size: (await stat(at)).size, ...facts } };
  }

  /** A picture of one colour, with a white square in its middle. */
  async still(name: string, colour: string, { width, height } = { width: 400, height: 300 }): Promise<Made> {
    const mark = await sharp({ create: { width: 40, height: 40, channels: 3, background: "#ffffff" } })
      .png()
      .toBuffer();
    const png = await sharp({ create: { width, height, channels: 3, background: colour } })
      .composite([{ input: mark }])
      .png()
      .toBuffer();
    return this.put(name, png, { width, height });
  }

  /** Whatever ffmpeg's own sources make of it. */
  clip(name: string, ...args: string[]): Promise<Made> {
    const at = path.join(this.folder, name);
    execFileSync(anyProgram(), ["-v", "error", "-y", ...args, at], { timeout: 20_000 });
    return this.known(name);
  }

  /** A tone, so loud that nobody takes it for silence. */
  async tone(name: string, seconds: number, { rate = 22_050, hertz = 440 } = {}): Promise<Made> {
    const samples = Float32Array.from(
      { length: seconds * rate },
      (_, i) => 0.4 * Math.sin((2 * Math.PI * hertz * i) / rate),
    );
    const header = wavHeader({ channels: 1, samples: samples.length, rate });
    return this.put(name, Buffer.concat([header, ...wavSamples([samples])]), { durationMs: 1000 * seconds });
  }

  request(assembly: Assembly | ListedAssembly, made: readonly Made[]): ProviderRequest {
    const type = ({ frame: "image", poster: "image", subtitles: "text" } as const)[assembly.make as "frame"] ?? "video";
    const inputs = made.map(({ file }) => file);
    return { type, operation: "generate", model: assembly.make, prompt: "", n: 1, assembly, inputs };
  }

  access(made: readonly Made[]): InputAccess {
    const open = async (index: number) => createReadStream(made[index]?.path ?? "nowhere");
    return { open, url: async () => "https://files.example.com/x" };
  }

  /** Assembles, and keeps what came of it under this name. */
  async assemble(
    name: string,
    assembly: Assembly | ListedAssembly,
    made: readonly Made[],
    given: Partial<CallContext> = {},
  ): Promise<Made> {
    const provider = createAssemblyProvider({ ffmpegPath: this.program, temporaryFolder: this.folder });
    const request = this.request(assembly, made);
    const wrong = provider.validate(request);
    if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
    const signal = new AbortController().signal;
    const context = { reference: "job-1", signal, inputs: this.access(made), ...given };
    const outcome = await provider.start(request, context);
    const source = outcome.state === "succeeded" ? outcome.sources[0] : undefined;
    if (source?.kind !== "stream") throw new Error("it delivers a stream");
    return this.put(name, await buffer(await provider.open(source, request, context)));
  }

  /** Every frame, small and grey, row by row: 16 is black, 235 white. */
  async frames({ path: at }: Made, { width, height } = { width: 32, height: 18 }): Promise<Buffer[]> {
    const grey = `scale=${width}:${height}:flags=area,format=yuv444p,extractplanes=y`;
    const pixels = await this.#decoded(["-i", at, "-map", "0:v:0", "-vf", grey, "-f", "rawvideo", "pipe:1"]);
    const bytes = width * height;
    return Array.from({ length: pixels.length / bytes }, (_, i) => pixels.subarray(i * bytes, (i + 1) * bytes));
  }

  /** The left channel, as it is heard: 48 kHz, −1 to 1. */
  async samples({ path: at }: Made): Promise<Float32Array> {
    const args = ["-i", at, "-map", "0:a:0", "-ac", "2", "-ar", "48000", "-f", "s16le", "pipe:1"];
    const bytes = await this.#decoded(args);
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt16LE(4 * i) / 32_768);
  }

  async loudness({ path: at }: Made): Promise<number> {
    const args = ["-hide_banner", "-nostats", "-i", at, "-af", "ebur128=framelog=verbose", "-f", "null", "-"];
    const { stderr } = await promisify(execFile)(anyProgram(), args);
    return Number(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(stderr)?.[1]);
  }

  async #decoded(args: string[]): Promise<Buffer> {
    const options = { encoding: "buffer", maxBuffer: 1024 ** 3, timeout: 30_000 } as const;
    const { stdout, stderr } = await promisify(execFile)(anyProgram(), ["-v", "error", "-xerror", ...args], options);
    if (stderr.length > 0) throw new Error(stderr.toString());
    return stdout;
  }
}

/** How loud it is between two times, in seconds: the root of the mean square. */
export function level(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(Math.round(from * 48_000), Math.round(to * 48_000));
  return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
}

export function mean(pixels: Uint8Array): number {
  return pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
}

export const line = (fromMs: number, toMs: number, text = "城里的灯都亮了。"): TimedLine => ({ fromMs, toMs, text });
