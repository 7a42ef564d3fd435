// `sketch`: needs no key and no network. `start` only hands out numbers; the picture is drawn while it is transferred.
import { createHash } from "node:crypto";
import pLimit from "p-limit";
import { AppError } from "../../errors/app-error.ts";
import type { CallContext, Model, Provider, ProviderRequest, Source } from "../../ports/provider.ts";
import type { JsonObject } from "../../ports/table.ts";
import { drawImage } from "./image.ts";
import { imageSize, validate } from "./rules.ts";

export interface SketchOptions {
  /** A TTF that has Latin and Chinese; by default Noto Sans SC from its npm package. */
  fontFile?: string;
  /** Pictures drawn at the same time, 2 by default; each may add 150 MB to the process while the largest size is drawn. */
  parallelDrawings?: number;
}

const models: readonly Model[] = [{ id: "sketch", type: "image", operations: ["generate"], price: 1, maxOutputs: 4 }];

export function createSketchProvider(options: SketchOptions = {}): Provider {
  const slot = pLimit(options.parallelDrawings ?? 2);

  return {
    id: "sketch",
    isConfigured: true,
    models,
    lostSubmit: "restart",
    isSynchronous: false,
    canCancel: false,
    typicalMs: 1000,

    validate,

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
      const drawing = parseDrawing(source.data);
      const png = await slot(() => draw(request, drawing, options.fontFile, context));
      return slices(png, context.signal);
    },
  };
}

interface Drawing {
  index: number;
  seed: number;
}

function streamSource({ index, seed }: Drawing): Source {
  return { kind: "stream", data: { index, seed } };
}

function parseDrawing({ index, seed }: JsonObject): Drawing {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(seed)) throw new AppError("invalid_output");
  return { index: Number(index), seed: Number(seed) };
}

/** The reference names the attempt for ever, so that a restart draws the same. */
function seedOf(reference: string): number {
  return createHash("sha256").update(reference).digest().readUInt32BE(0) >>> 1;
}

async function draw(
  request: ProviderRequest,
  drawing: Drawing,
  fontFile: string | undefined,
  { signal }: CallContext,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const size = imageSize(request);
  if (size === null) throw new AppError("invalid_output");
  try {
    return await drawImage({ ...drawing, ...size, prompt: request.prompt, count: request.n, fontFile });
  } catch (cause) {
    throw new AppError("invalid_output", { message: "The picture could not be drawn.", cause });
  }
}

const SLICE_BYTES = 64 * 1024;

async function* slices(bytes: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    signal.throwIfAborted();
    yield bytes.subarray(start, start + SLICE_BYTES);
  }
}
