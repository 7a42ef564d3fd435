// Requests to a store that are made again while that may help.
import pRetry from "p-retry";

/** No further try begins later than this after the first. */
const MAX_RETRY_TIME_MS = 20_000;

interface Persistence {
  /** Tries behind the first. */
  retries: number;
  /** Before the second try, up to twice as long; three times as long before each further one. */
  delayMs: number;
  mayPass(error: Error): boolean;
  signal?: AbortSignal | undefined;
}

/** What the first try gives that succeeds; throws what the last one threw, or the signal's reason. */
export function persistently<T>(attempt: () => Promise<T>, { retries, delayMs, mayPass, signal }: Persistence) {
  return pRetry(attempt, {
    retries,
    minTimeout: delayMs,
    factor: 3,
    randomize: true,
    maxRetryTime: MAX_RETRY_TIME_MS,
    shouldRetry: ({ error }) => mayPass(error),
    ...(signal ? { signal } : {}),
  });
}
