// What SQLite's result codes mean to a caller, and how to wait for another process without standing still.
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors/app-error.ts";

/** Primary result codes: https://www.sqlite.org/rescode.html */
export const resultCodes = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const;

/** "May indicate that the underlying filesystem volume is out of space": rescode.html#ioerr_shmsize */
const CANNOT_ENLARGE_SHARED_MEMORY = 4874;

/** The extended result code, or null when the error is not SQLite's. */
export function extendedCode(error: unknown): number | null {
  const isSqlite = error instanceof Error && "errcode" in error && typeof error.errcode === "number";
  return isSqlite ? (error.errcode as number) : null;
}

export function primaryCode(error: unknown): number | null {
  const code = extendedCode(error);
  return code === null ? null : code & 0xff;
}

/**
 * What `attempt` returns, tried again with pauses while another process holds the lock that it needs.
 * Throws AppError `unavailable` after `timeoutMs`, `storage_full` when the disk is; defects are thrown as they are.
 */
export async function whenFree<T>(timeoutMs: number, attempt: () => T): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (primaryCode(error) !== resultCodes.busy || performance.now() >= giveUpAt) throw asAppError(error);
    }
    // Without jitter two processes that wait for each other could go on in step.
    await sleep(1 + Math.random() * 15);
  }
}

export function isDiskFull(error: unknown): boolean {
  return primaryCode(error) === resultCodes.full || extendedCode(error) === CANNOT_ENLARGE_SHARED_MEMORY;
}

/** Says what the caller can do about it; what is no fault of the disk or of another process is given back as it is. */
export function asAppError(error: unknown): unknown {
  if (isDiskFull(error)) return new AppError("storage_full", { retryAfterMs: 10_000, cause: error });
  const code = primaryCode(error);
  const mayPass = code !== null && passing.includes(code);
  return mayPass ? new AppError("unavailable", { retryAfterMs: 1000, cause: error }) : error;
}

const { busy, readOnly, ioError, cannotOpen, protocol } = resultCodes;
const passing: number[] = [busy, readOnly, ioError, cannotOpen, protocol];
