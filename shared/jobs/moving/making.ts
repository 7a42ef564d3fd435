// What is made while it is opened: in its user's turn, within a time, and no longer than anybody wants it.
import type { Turn } from "../../media/decode.ts";
import type { JobDeps } from "../deps.ts";
import type { Claim } from "./claim.ts";
import { withTimeout } from "./provider-calls.ts";

/** A cancelled job is found out about as soon as this, wherever it was cancelled. */
const WATCH_EVERY_MS = 1500;

/**
 * Opens a source that `open` makes. Waiting for the turn does not count against `totalMs`; the claim is renewed meanwhile. What cannot be
 * broken off keeps its place until it has ended, also when nobody waits for it any more.
 */
export async function openMade(
  deps: JobDeps,
  claim: Claim,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  totalMs: number,
): Promise<AsyncIterable<Uint8Array>> {
  const { userId, type, request } = claim.job;
  // Films and music take much longer than pictures, texts and words.
  const isLong = type === "video" || request.sound?.kind === "music";
  const endTurn = await deps.turns.begin(userId, { isLong, signal: claim.signal });
  const made = new AbortController();
  let making: Promise<unknown> = Promise.resolve();
  try {
    // It may have been cancelled while it waited.
    await claim.reload();
    void watch(deps, claim, made.signal);
    return await withTimeout(deps.clock, totalMs, claim.signal, (signal) => {
      const opening = open(signal);
      making = opening;
      return opening;
    });
  } finally {
    made.abort();
    void making.then(endTurn, endTurn);
  }
}

/** For decoding what is kept: as making it, in its user's turn. */
export function turnOf({ turns }: Pick<JobDeps, "turns">, { job, signal }: Pick<Claim, "job" | "signal">): Turn {
  return (act) => turns.run(job.userId, act, { signal });
}

/** Looks whether the job is still the claim's: one that has ended aborts the claim's signal. */
async function watch(deps: Pick<JobDeps, "clock">, claim: Claim, made: AbortSignal): Promise<void> {
  while (!made.aborted && !claim.signal.aborted) {
    await deps.clock.sleep(WATCH_EVERY_MS, made);
    // A table that is away tells nothing; renewals find that out.
    if (!made.aborted) await claim.reload().catch(() => undefined);
  }
}
