// Which calls are sent again, and when. Nothing that could be charged twice ever is.
import { DreamFactoryError, errorOf, retryAfterOf } from "./errors.ts";

export interface Sending {
  /** True: sent twice it is done once, because it only reads or removes, or carries an idempotency key. */
  isRepeatable: boolean;
  /** How often it is sent again at most. */
  retries: number;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  fetch: typeof fetch;
}

/** Whoever says "in an hour" is told to the caller instead. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 250;

export interface Sent {
  response: Response;
  /** How often it was sent before: what a repeat answers may be about the first one. */
  repeats: number;
}

/** The answer to the first try that has one worth keeping. Throws a DreamFactoryError for all others. */
export async function send(url: string, init: RequestInit, sending: Sending): Promise<Sent> {
  for (let repeats = 0; ; repeats++) {
    const outcome = await once(url, init, sending);
    if (outcome instanceof Response && outcome.ok) return { response: outcome, repeats };
    const waitMs = repeats < sending.retries ? waitAfter(outcome, repeats, sending.isRepeatable) : null;
    if (waitMs === null) {
      if (!(outcome instanceof Response)) throw outcome;
      if (outcome.status === 404 && init.method === "DELETE" && repeats > 0) return { response: outcome, repeats };
      throw await errorOf(outcome);
    }
    if (outcome instanceof Response) await outcome.body?.cancel().catch(() => undefined);
    await pause(waitMs, sending.signal);
  }
}

async function once(url: string, init: RequestInit, sending: Sending): Promise<Response | DreamFactoryError> {
  const timeout = AbortSignal.timeout(sending.timeoutMs);
  const signal = sending.signal ? eitherOf(sending.signal, timeout) : timeout;
  try {
    const response = await sending.fetch(url, { ...init, signal });
    // A body that breaks off is no answer: it is read here, where the call can still be sent again.
    const body = response.body === null ? null : await response.arrayBuffer();
    return new Response(body, response);
  } catch (error) {
    if (sending.signal?.aborted) throw aborted(error);
    const type = timeout.aborted ? "timed_out" : "no_connection";
    const told =
      type === "timed_out" ? `No answer within ${sending.timeoutMs} ms.` : "The server could not be reached.";
    return new DreamFactoryError({ type, status: null }, told, { cause: error });
  }
}

/** Null: it is not sent again. */
function waitAfter(outcome: Response | DreamFactoryError, repeats: number, isRepeatable: boolean): number | null {
  // Half of it by chance: those who were cut off together do not come back together.
  const backoffMs = FIRST_WAIT_MS * 2 ** repeats * (0.5 + Math.random() / 2);
  if (!(outcome instanceof Response)) return isRepeatable ? backoffMs : null;
  const { status } = outcome;
  // 429 is said before anything is done; after any other one nobody knows how far it came. 507 lasts longer than anybody waits.
  const isWorthIt = status === 429 || (isRepeatable && (status === 408 || (status >= 500 && status !== 507)));
  const waitMs = Math.max(backoffMs, retryAfterOf(outcome) ?? 0);
  return isWorthIt && waitMs <= LONGEST_WAIT_MS ? waitMs : null;
}

/** Ends early, with an error, when the signal aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

export function aborted(cause: unknown): DreamFactoryError {
  return new DreamFactoryError({ type: "aborted", status: null }, "The call was aborted.", { cause });
}

/** As `AbortSignal.any`, which Safari has since 17.4 only. */
export function eitherOf(first: AbortSignal, second: AbortSignal): AbortSignal {
  if ("any" in AbortSignal) return AbortSignal.any([first, second]);
  const controller = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true, signal: controller.signal });
  }
  return controller.signal;
}
