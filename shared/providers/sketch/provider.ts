// `sketch`: needs no key and no network. `start` only hands out numbers; pictures and videos are drawn, and texts written and sounds made, while they are transferred.
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, Provider, ProviderRequest, Source } from "../../ports/provider.ts";
import type { JsonObject } from "../../ports/table.ts";
import { createFfmpeg } from "../ffmpeg/find.ts";
import { type DrawImage, drawImage } from "./image.ts";
import { offerSketch } from "./offer.ts";
import type { Plan } from "./page.ts";
import { createPictures } from "./picture.ts";
import { imageSize, MUSIC_SEC, type Size, videoSeconds, videoSize } from "./rules.ts";
import { drawVideo } from "./video.ts";

export interface SketchOptions {
  /** A TTF that has Latin and Chinese; by default Noto Sans SC from its npm package. */
  fontFile?: string;
  /** An absolute path; null or absent: the ffmpeg on the PATH, else the one of the npm package. */
  ffmpegPath?: string | null;
  /** Where videos lie until they are read; by default the system's folder for such things. */
  temporaryFolder?: string;
  /** Draws pictures of words alone; by default as all others are drawn, in this very thread. */
  draw?: DrawImage;
}

export function createSketchProvider(options: SketchOptions = {}): Provider {
  const pictureOf = createPictures();
  const ffmpeg = createFfmpeg(options.ffmpegPath ?? null);
  const { fontFile, temporaryFolder = tmpdir(), draw = drawImage } = options;

  return {
    ...offerSketch(ffmpeg),

    async start(request, { reference, signal }) {
      signal.throwIfAborted();
      const seed = request.seed ?? seedOf(reference);
      const sources = Array.from({ length: request.n }, (_, index) => streamSource({ index, seed }));
      return { state: "succeeded", sources };
    },

    async check(_task, { signal }) {
      signal.throwIfAborted();
      const message = "There is no such drawing: `sketch` delivers at once and keeps no tasks.";
      return { state: "failed", failure: { type: "provider_error", message, retryable: true } };
    },

    async cancel(_task, { signal }) {
      signal.throwIfAborted();
      return "unknown";
    },

    async lookUp() {
      throw new Error("sketch keeps no tasks that could be looked up");
    },

    async open(source, request, context) {
      const { prompt, n: count, operation } = request;
      const plan = { ...parseDrawing(source.data), prompt, count, operation, fontFile };
      context.signal.throwIfAborted();
      if (request.type === "text") return openText(plan, request, context);
      if (request.type === "audio") return openSound(plan, request, context);
      return request.type === "video" ? openVideo(plan, request, context) : openPicture(plan, request, context);
    },
  };

  async function openText(
    { prompt, seed, index }: SizelessPlan,
    { screenplay }: ProviderRequest,
    { signal }: CallContext,
  ) {
    const { writeScreenplay } = await import("./writing/write.ts");
    const written = writeScreenplay({ prompt, seed, index, wish: required(screenplay ?? null) });
    signal.throwIfAborted();
    return slices(Buffer.from(`${JSON.stringify(written, null, 1)}\n`), signal);
  }

  async function openSound(
    { prompt, seed, index }: SizelessPlan,
    { sound, durationSec }: ProviderRequest,
    { signal }: CallContext,
  ) {
    const asked = required(sound ?? null);
    if (asked.kind === "music") {
      const { openMusic } = await import("./sound/music.ts");
      const { mood } = asked;
      return await openMusic({ prompt, seed, index, mood, durationSec: durationSec ?? MUSIC_SEC }, signal);
    }
    const { findSynthesiser, silence, speak } = await import("./sound/speech.ts");
    const synthesiser = findSynthesiser();
    const spoken = synthesiser
      ? slices(await speak(synthesiser, { text: prompt, voice: asked.voice }, signal), signal)
      : silence(prompt);
    signal.throwIfAborted();
    return spoken;
  }

  async function openPicture(plan: SizelessPlan, request: ProviderRequest, context: CallContext) {
    const { signal } = context;
    const size = required(imageSize(request));
    const picture = pictureOf(request, context);
    const drawing = (picture ? drawImage : draw)({ ...plan, ...size, picture }, signal);
    const png = await drawing.catch((cause) => {
      signal.throwIfAborted();
      throw undrawn("The picture could not be drawn.", cause);
    });
    signal.throwIfAborted();
    return slices(png, signal);
  }

  async function openVideo(plan: SizelessPlan, request: ProviderRequest, context: CallContext) {
    const { signal, progress } = context;
    const size = required(videoSize(request));
    const seconds = required(videoSeconds(request));
    const program = ffmpeg.find();
    if (program === null) throw new AppError("invalid_output", { message: ffmpeg.advice, retryable: false });
    const picture = pictureOf(request, context);
    return await drawVideo(
      { ...plan, ...size, seconds, picture },
      { program, temporaryFolder, signal, progress },
    ).catch((cause) => {
      signal.throwIfAborted();
      throw undrawn("The video could not be drawn.", cause);
    });
  }
}

type SizelessPlan = Omit<Plan, keyof Size | "picture">;

interface Drawing {
  index: number;
  seed: number;
}

function streamSource({ index, seed }: Drawing): Source {
  return { kind: "stream", data: { index, seed }, isMadeOnOpening: true };
}

function parseDrawing({ index, seed }: JsonObject): Drawing {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(seed)) throw new AppError("invalid_output");
  return { index: Number(index), seed: Number(seed) };
}

/** The reference names the attempt for ever, so that a restart draws the same. */
function seedOf(reference: string): number {
  return createHash("sha256").update(reference).digest().readUInt32BE(0) >>> 1;
}

/** What was found out about an input is said as it is. */
function undrawn(message: string, cause: unknown): AppError {
  return cause instanceof AppError ? cause : new AppError("invalid_output", { message, cause });
}

/** `validate` has refused what is missing here. */
function required<T>(value: T | null): T {
  if (value === null) throw new AppError("invalid_output");
  return value;
}

const SLICE_BYTES = 64 * 1024;

async function* slices(bytes: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    signal.throwIfAborted();
    yield bytes.subarray(start, start + SLICE_BYTES);
  }
}
