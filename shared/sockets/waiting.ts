// Connections that have not said yet who they are: few for each address, and not for long.
import { AppError } from "../errors/app-error.ts";

/** A page that opens one connection says so at once. */
export const PATIENCE_MS = 10_000;
/** In one process. */
const MAX_WAITING_PER_ADDRESS = 20;

const waiting = new Map<string, number>();

/** Runs `act` while the address has one more that waits. Throws `rate_limited`. */
export async function whileWaiting<T>(address: string, act: () => Promise<T>): Promise<T> {
  const count = waiting.get(address) ?? 0;
  if (count >= MAX_WAITING_PER_ADDRESS) {
    const message = "Too many connections from here have not said yet whom they belong to.";
    throw new AppError("rate_limited", { message, retryAfterMs: PATIENCE_MS });
  }
  waiting.set(address, count + 1);
  try {
    return await act();
  } finally {
    const left = (waiting.get(address) ?? 1) - 1;
    if (left > 0) waiting.set(address, left);
    else waiting.delete(address);
  }
}
