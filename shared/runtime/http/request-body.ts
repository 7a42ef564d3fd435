// Reading a body that may be too long, or may never end.
import type { IncomingMessage } from "node:http";
import { AppError } from "../../errors/app-error.ts";

/**
 * The whole body. `onStart` is called when it may be sent. Throws `too_large` as soon as that is known, with the rest unread, and
 * Node's error when the caller goes away.
 */
export async function readBody(incoming: IncomingMessage, maxBytes: number, onStart: () => void): Promise<Uint8Array> {
  refuseOver(maxBytes, Number(incoming.headers["content-length"] ?? 0));
  onStart();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Left early, the plain iterator would destroy the connection, and with it the answer.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.byteLength;
    refuseOver(maxBytes, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lets the rest of a body pass by: a connection that is closed with bytes unread is reset, and takes an answer along that is still under way. */
export function discardRest(incoming: IncomingMessage, options: { maxMs: number; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, options.maxMs);
    options.signal.addEventListener("abort", done);
    if (options.signal.aborted || incoming.destroyed) return done();
    incoming.once("end", done).once("close", done).once("error", done).resume();
  });
}

export function refuseOver(maxBytes: number, bytes: number): void {
  if (bytes > maxBytes) throw new AppError("too_large", { message: "A request's body may have 1 MB." });
}
