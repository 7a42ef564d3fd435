// A stream cut into parts of one size, with little more in memory than one of them.

export interface PartReader {
  /** Reads on until there is more than one part, or all of it. True when what can be taken is the last part. */
  fill(): Promise<boolean>;
  /** The next part: `partBytes`, or all of the last one. Good until the next one is taken. */
  take(): Uint8Array;
}

export function readParts(
  source: AsyncIterator<Uint8Array>,
  partBytes: number,
  signal: AbortSignal | undefined,
): PartReader {
  let held: Uint8Array[] = [];
  let size = 0;
  // One for all parts: whatever a client keeps of its last request costs nothing.
  let shared: Buffer | null = null;
  return {
    async fill() {
      while (size <= partBytes) {
        const step = await next(source, signal);
        if (step.done) return true;
        held.push(step.value);
        size += step.value.byteLength;
      }
      return false;
    },
    take() {
      if (size <= partBytes && !shared) return Buffer.concat(held);
      shared ??= Buffer.allocUnsafe(partBytes);
      const rest = fillFrom(held, shared);
      const part = shared.subarray(0, Math.min(size, partBytes));
      held = rest;
      size -= part.byteLength;
      return part;
    },
  };
}

/** Copies the chunks until the target is full. What is left over is a copy too: a view would keep all of its chunk. */
function fillFrom(chunks: readonly Uint8Array[], target: Buffer): Uint8Array[] {
  let filled = 0;
  for (const [n, chunk] of chunks.entries()) {
    const room = target.byteLength - filled;
    target.set(chunk.subarray(0, room), filled);
    filled += Math.min(room, chunk.byteLength);
    if (chunk.byteLength > room) return [Buffer.from(chunk.subarray(room)), ...chunks.slice(n + 1)];
  }
  return [];
}

/** Ends the stream. Nobody waits for one that hangs. */
export function release(source: AsyncIterator<Uint8Array>): void {
  void source.return?.().catch(() => undefined);
}

async function next(source: AsyncIterator<Uint8Array>, signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  if (!signal) return source.next();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([source.next(), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
