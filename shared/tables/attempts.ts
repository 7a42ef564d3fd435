// Trying again over a network: which failures are worth it, how long to wait, and when to give up.
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors/app-error.ts";

/**
 * What a failed request means.
 *
 * - `refused`: nothing was done; the same request may be taken a moment later (busy, throttled, in conflict).
 * - `lost`: nobody knows whether it was done (no answer, half an answer, an error inside the server).
 * - `final`: trying again cannot help.
 */
export type Failure = "refused" | "lost" | "final";

export interface AttemptOptions {
  /** At least 1. Default 6. */
  maxAttempts?: number;
  /** No further try begins later than this, in milliseconds. Default 10 000. */
  budgetMs?: number;
  /** Resolves after that many milliseconds. */
  pause?: (ms: number) => Promise<unknown>;
}

export interface Answered<T> {
  answer: T;
  /** An earlier try got lost, and may have been done too. */
  mayBeRepeated: boolean;
}

export type Attempts = <T>(request: (mayBeRepeated: boolean) => Promise<T>) => Promise<Answered<T>>;

/** Throws AppError `unavailable` with the last failure as its cause when the tries are used up; what is final is thrown as it is. */
export function createAttempts(judge: (error: unknown) => Failure, options: AttemptOptions = {}): Attempts {
  const { maxAttempts = 6, budgetMs = 10_000, pause = sleep } = options;

  return async (request) => {
    const giveUpAt = performance.now() + budgetMs;
    let mayBeRepeated = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return { answer: await request(mayBeRepeated), mayBeRepeated };
      } catch (error) {
        const failure = judge(error);
        if (failure === "final") throw error;
        if (attempt >= maxAttempts || performance.now() >= giveUpAt) throw givenUp(error);
        mayBeRepeated ||= failure === "lost";
      }
      await pause(pauseMs(attempt));
    }
  };
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/** Anything between nothing and twice as much as before: writers that met once do not meet again in step. */
function pauseMs(attempt: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

function givenUp(cause: unknown): AppError {
  return new AppError("unavailable", { retryAfterMs: 2000, cause });
}
