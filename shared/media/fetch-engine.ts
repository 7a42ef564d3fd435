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
  // Behind the end of its stream an engine may still accept a chunk, and take nothing of it.
  let recent: Buffer[] = [];

  async function feed(): Promise<void> {
    for (;;) {
      const chunk = await input.next().catch((error: unknown) => {
        failure = error;
        return null;
      });
      if (chunk === null) return void engine.end();
      if (engine.bytesWritten === given) recent = [];
      given += chunk.length;
      recent.push(chunk);
      if (!(await takesAll(engine, chunk))) return;
    }
  }

  try {
    void feed();
    for await (const chunk of engine) yield chunk;
    const left = given - engine.bytesWritten;
    if (left > 0) input.unread(Buffer.concat(recent).subarray(-left));
  } catch (error) {
    throw failure ?? error;
  } finally {
    engine.destroy();
  }
}

/** False when the engine has ended, or is gone, with some of the chunk left over: then it never calls back. */
function takesAll(engine: Engine, chunk: Buffer): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = () => resolve(false);
  engine.once("end", stop).once("close", stop);
  engine.write(chunk, (error) => resolve(!error));
  return promise.finally(() => engine.off("end", stop).off("close", stop));
}
