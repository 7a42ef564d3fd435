// What one fetch has open, what it waits for, and how it ends.
import { AppError } from "../errors/app-error.ts";

export interface Destroyable {
  destroy(error?: Error): unknown;
}

interface Patience {
  ms: number;
  /** What to say when that was not enough. */
  text: string;
  /** What is destroyed then. */
  on: Destroyable;
}

/** What one fetch has open, what it waits for, and its one ending: by the caller, the total time, a failure or the reader. */
export interface Watch {
  /** Has it destroyed at the end; throws when that has come already. */
  hold<T extends Destroyable>(thing: T): T;
  /** Throws the reason of the ending, if that has come. */
  check(): void;
  /** What the work comes to; or throws `fetch_failed` when it takes too long, or the reason of the ending as soon as that comes. */
  wait<T>(work: Promise<T>, patience: Patience): Promise<T>;
  /** The first call ends everything; every call answers the first one's reason. */
  end(reason: unknown): unknown;
}

/** `text`: what to say when it has lasted `totalMs`. */
export function startWatch(totalMs: number, signal: AbortSignal, text = "The file took too long to arrive."): Watch {
  const held: Destroyable[] = [];
  const waiting = new Set<(reason: unknown) => void>();
  let ending: { reason: unknown } | null = null;
  const total = setTimeout(() => end(failed(text)), totalMs);
  const abort = () => end(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();

  function end(reason: unknown): unknown {
    if (ending !== null) return ending.reason;
    ending = { reason };
    clearTimeout(total);
    signal.removeEventListener("abort", abort);
    for (const reject of waiting) reject(reason);
    for (const thing of held) thing.destroy();
    return reason;
  }

  function check(): void {
    if (ending !== null) throw ending.reason;
  }

  function hold<T extends Destroyable>(thing: T): T {
    if (ending !== null) thing.destroy();
    check();
    held.push(thing);
    return thing;
  }

  // Rejects by itself: what is destroyed does not always tell those who wait for it.
  async function wait<T>(work: Promise<T>, { ms, text, on }: Patience): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => {
      if (!waiting.has(reject)) return;
      reject(failed(text));
      on.destroy();
    };
    waiting.add(reject);
    work.then(resolve, reject);
    // One more turn of the event loop: what came in time while this process was busy has still to be read.
    const timer = setTimeout(() => setImmediate(giveUp), ms);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(reject);
    }
  }

  return { hold, check, wait, end };
}

export function failed(message: string, cause?: unknown): AppError {
  return new AppError("fetch_failed", { message, cause });
}

export function asFailure(error: unknown, message = "The file could not be fetched."): AppError {
  return error instanceof AppError ? error : failed(message, error);
}

export function ignore(): void {}
