// Large bodies are held as a whole, so that a process takes only a few at a time.
import { AppError } from "../../errors/app-error.ts";

/** With what is made of them, each may hold 60 MB. */
const MOST_AT_ONCE = 4;
const RETRY_AFTER_MS = 2000;

let inside = 0;

/** `act` reads the body and answers; it may leave the place before it has answered. Throws `unavailable` when the places are taken. */
export async function inLargePlace<T>(act: (leave: () => void) => Promise<T>): Promise<T> {
  if (inside === MOST_AT_ONCE) throw new AppError("unavailable", { retryAfterMs: RETRY_AFTER_MS });
  inside += 1;
  let isInside = true;
  const leave = () => {
    if (isInside) inside -= 1;
    isInside = false;
  };
  try {
    return await act(leave);
  } finally {
    leave();
  }
}
