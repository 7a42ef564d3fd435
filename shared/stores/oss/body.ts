// Bytes on their way: out of a source into parts, and from the store to whoever reads.
import type { Readable } from "node:stream";
import { AppError } from "../../errors/app-error.ts";
import type { StoredObject } from "../../ports/object-store.ts";

export interface Part {
  bytes: Buffer;
  isLast: boolean;
}

/**
 * At least one part; all but the last have exactly `partBytes`. A part is good until the next but one is asked for: two buffers take turns,
 * one on its way while the other is filled. Throws the signal's reason, also while the source hangs.
 */
export async function* partsOf(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  partBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Part, void> {
  const buffers: Buffer[] = [];
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(body, signal)) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (size === partBytes) {
        const bytes = join(held, (buffers.length === 2 && buffers.shift()) || Buffer.allocUnsafe(partBytes));
        buffers.push(bytes);
        [held, size] = [[], 0];
        yield { bytes, isLast: false };
      }
      const piece = chunk.subarray(at, at + partBytes - size);
      held.push(piece);
      size += piece.byteLength;
      at += piece.byteLength;
    }
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}

function join(chunks: Uint8Array[], target: Buffer): Buffer {
  let filled = 0;
  for (const chunk of chunks) {
    target.set(chunk, filled);
    filled += chunk.byteLength;
  }
  return target;
}

/** What the promise gives, unless the signal aborts before: then its reason. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A body of exactly so many bytes: it throws `unavailable` when it breaks off, or when nothing comes for too long. */
export function readingBody(
  stream: Readable,
  { size, idleMs, signal }: { size: number; idleMs: number; signal?: AbortSignal | undefined },
): StoredObject["body"] {
  const stop = () => stream.destroy(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  stream.once("close", () => signal?.removeEventListener("abort", stop));
  stream.on("error", () => {});

  async function* read(): AsyncGenerator<Uint8Array> {
    const chunks = stream[Symbol.asyncIterator]();
    let seen = 0;
    try {
      for (;;) {
        const chunk = await nextWithin(chunks, idleMs, stream);
        if (chunk === null) break;
        seen += chunk.byteLength;
        yield chunk;
      }
      if (seen !== size) throw new Error(`The body broke off after ${seen} of ${size} bytes.`);
    } catch (cause) {
      signal?.throwIfAborted();
      throw new AppError("unavailable", { cause });
    } finally {
      stream.destroy();
    }
  }

  return { destroy: () => void stream.destroy(), [Symbol.asyncIterator]: read };
}

async function nextWithin(
  chunks: AsyncIterator<Uint8Array>,
  idleMs: number,
  stream: Readable,
): Promise<Uint8Array | null> {
  const tooLate = () => stream.destroy(new Error(`Nothing came for ${idleMs} ms.`));
  const timer = setTimeout(tooLate, idleMs);
  const step = await chunks.next().finally(() => clearTimeout(timer));
  return step.done ? null : step.value;
}

async function* chunksOf(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (body instanceof Uint8Array) return yield body;
  const source = body[Symbol.asyncIterator]();
  let isEnded = false;
  try {
    for (;;) {
      const step = await unlessAborted(source.next(), signal);
      signal?.throwIfAborted();
      isEnded = step.done === true;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    // Not waited for: a source that hangs does not answer this either.
    if (!isEnded) release(source);
  }
}

/** Tells a source that nothing more is read. */
export function release(source: AsyncIterator<Uint8Array>): void {
  void Promise.resolve(source.return?.()).catch(() => {});
}
