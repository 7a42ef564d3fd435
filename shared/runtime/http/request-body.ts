// Reading a body that may be too long, or may never end.
import type { IncomingMessage } from "node:http";
import { AppError } from "../../errors/app-error.ts";
import type { LargeBody } from "../../events/declaration.ts";
import { MAX_BODY_BYTES } from "../../events/http.ts";

/** So many pieces are always taken; more only when they are so long on average. Each costs as much as some hundred bytes, however short it is. */
const ANY_PIECES = 1000;
const BYTES_OF_A_PIECE = 256;

/** What a body may have; `otherwise`: what to do with more. */
export type BodyLimit = Pick<LargeBody, "maxBytes"> & Partial<LargeBody>;

export const ordinaryBody: BodyLimit = { maxBytes: MAX_BODY_BYTES };

/** The rest of such a body is not worth reading: that would cost what it was refused for. */
export class TooManyPieces extends AppError {
  constructor() {
    const message = "comes in too many pieces: send it with a Content-Length, or in longer chunks";
    super("invalid_request", { message: `body ${message}.`, details: [{ path: "body", message }] });
  }
}

/**
 * The whole body. `onStart` is called when it may be sent. Throws `too_large` as soon as that is known, with the rest unread, and
 * Node's error when the caller goes away.
 */
export function readBody(incoming: IncomingMessage, limit: BodyLimit, onStart: () => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    refuseOver(limit, Number(incoming.headers["content-length"] ?? 0));
    onStart();
    if (!hasBody(incoming)) return incoming.destroyed ? reject(goneError(incoming)) : resolve(none);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const take = (chunk: Uint8Array) => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size > limit.maxBytes) stop(tooLarge(limit));
      else if (chunks.length > Math.max(ANY_PIECES, size / BYTES_OF_A_PIECE)) {
        stop(new TooManyPieces());
        // The stream alone would stop the socket only when 64 KB of pieces are there.
        incoming.socket.pause();
      }
    };
    const stop = (error: Error) => {
      incoming.off("data", take).pause();
      reject(error);
    };
    const goneAway = () => reject(goneError(incoming));
    // Then nothing more would be told.
    if (incoming.destroyed) return goneAway();
    incoming
      .on("data", take)
      .once("end", () => {
        // The close of every connection would make an error that nobody hears of.
        incoming.off("close", goneAway);
        resolve(Buffer.concat(chunks));
      })
      .once("error", reject)
      .once("close", goneAway);
  });
}

const none = new Uint8Array();

/** RFC 9112, 6.3: a request without both of these has none. Waiting for the end of nothing costs as much as a look at the table. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}

function goneError({ errored }: IncomingMessage): Error {
  return errored ?? new Error("The caller has gone.");
}

/**
 * Lets the rest of a body pass by: a connection that is closed with bytes unread is reset, and takes an answer along that is still under way.
 * Unless it `isRead`, there is only time to take the answer.
 */
export function discardRest(
  incoming: IncomingMessage,
  options: { maxMs: number; signal: AbortSignal; isRead: boolean },
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, options.maxMs);
    options.signal.addEventListener("abort", done);
    if (options.signal.aborted || incoming.destroyed) return done();
    incoming.once("end", done).once("close", done).once("error", done);
    if (options.isRead) incoming.resume();
    else incoming.socket.pause();
  });
}

export function refuseOver(limit: BodyLimit, bytes: number): void {
  if (bytes > limit.maxBytes) throw tooLarge(limit);
}

function tooLarge({ maxBytes, otherwise }: BodyLimit): AppError {
  const most = `A request's body may have ${maxBytes / 1024 ** 2} MB${otherwise === undefined ? "" : " here"}.`;
  return new AppError("too_large", { message: otherwise === undefined ? most : `${most} ${otherwise}` });
}
