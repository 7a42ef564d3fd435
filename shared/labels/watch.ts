// Reads a file while it passes through: with no more of it in memory than one piece.
import { PassThrough } from "node:stream";

export interface Watched<T> {
  body: AsyncIterable<Uint8Array>;
  /** Once the body has ended. Rejects as the reading did. */
  result(): Promise<T>;
}

export function watched<T>(
  source: AsyncIterable<Uint8Array>,
  read: (copy: AsyncIterable<Uint8Array>) => Promise<T>,
): Watched<T> {
  let found: Promise<T> | null = null;
  async function* body() {
    const copy = new PassThrough({ highWaterMark: 1 });
    copy.on("error", () => {});
    found = read(copy);
    // Who reads no further lets the rest pass.
    found.catch(() => copy.destroy());
    try {
      for await (const chunk of source) {
        await handOver(copy, chunk);
        yield chunk;
      }
      copy.end();
      await found.catch(() => {});
    } finally {
      copy.destroy();
    }
  }
  return {
    body: body(),
    result: () => found ?? Promise.reject(new Error("The result was asked for before the body had ended.")),
  };
}

/** Waits until the reader has taken it, or takes nothing any more. */
async function handOver(copy: PassThrough, chunk: Uint8Array): Promise<void> {
  if (copy.destroyed || copy.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      copy.off("drain", go).off("close", go);
      resolve();
    };
    copy.on("drain", go).on("close", go);
  });
}
