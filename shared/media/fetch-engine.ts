// One compressed stream out of Node's zlib, and where in the input it ended.
import type { BrotliDecompress, Inflate, InflateRaw, ZstdDecompress } from "node:zlib";
import type { Input } from "./fetch-input.ts";

export type Engine = BrotliDecompress | Inflate | InflateRaw | ZstdDecompress;

/**
 * What the engine makes of the input, up to the end of its stream; what follows that stays in the input. The end of the stream counts, not
 * that of the input: an input that fails behind it has failed too late to matter, and one that fails before throws what it failed with.
 */
export async function* decompress(input: Input, engine: Engine): AsyncGenerator<Uint8Array> {
  let failure: unknown = null;
  let given = 0;
  let last: Buffer = Buffer.alloc(0);

  async function feed(): Promise<void> {
    for (;;) {
      const chunk = await input.next().catch((error: unknown) => {
        failure = error;
        return null;
      });
      if (chunk === null) return void engine.end();
      given += chunk.length;
      last = chunk;
      await accepted(engine, chunk);
      // It has ended, or is gone, with some of the chunk left over. What comes next is for whoever reads on behind it.
      if (engine.bytesWritten < given) return;
    }
  }

  try {
    void feed();
    for await (const chunk of engine) yield chunk;
    const left = given - engine.bytesWritten;
    if (left > 0) input.unread(last.subarray(-left));
  } catch (error) {
    throw failure ?? error;
  } finally {
    engine.destroy();
  }
}

/** An engine that has ended, or is gone, may never call back. */
function accepted(engine: Engine, chunk: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  engine.once("end", stop).once("close", stop);
  engine.write(chunk, stop);
  return promise.finally(() => engine.off("end", stop).off("close", stop));
}
