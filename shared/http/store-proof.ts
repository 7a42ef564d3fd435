// Whether the store is fit for jobs, as this process found out: proving it costs a dozen requests, so it is remembered for a while.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { RequestStore } from "../ports/object-store.ts";

interface ProofDeps {
  store: RequestStore;
  clock: Clock;
}

/** A store changes what it does only when somebody changes the store. */
const PROVEN_MS = 10 * 60_000;
/** Anybody may ask: a store that is unfit is not asked more often than this, nor one that is away for the sake of a job. */
const FAILED_MS = 5000;
/** Longer than this nobody waits. */
const MAX_MS = 5000;

interface Proof {
  outcome: Promise<void>;
  /** Epoch milliseconds; null while it is under way. */
  until: number | null;
  /** It has ended, and well. */
  isFit: boolean;
}

const proofs = new WeakMap<RequestStore, Proof>();
/** Until when nobody waits for a store that was away; epoch milliseconds. */
const away = new WeakMap<RequestStore, number>();

/** Throws what the proof threw; callers that come together share one. An outage is not remembered. */
export function proveStore({ store, clock }: ProofDeps): Promise<void> {
  const known = proofs.get(store);
  if (known && (known.until === null || isBefore(clock.now(), known.until, PROVEN_MS))) return known.outcome;
  const proof: Proof = { outcome: store.prove(), until: null, isFit: false };
  proof.outcome.then(
    () => {
      proof.until = clock.now() + PROVEN_MS;
      proof.isFit = true;
    },
    (error) => {
      if (reasonOf(error) === undefined) proofs.delete(store);
      proof.until = clock.now() + FAILED_MS;
    },
  );
  proofs.set(store, proof);
  return proof.outcome;
}

/**
 * Throws `unavailable` for a store that only the operator can make fit: no job is taken for it. An outage is no reason: what is taken
 * meanwhile waits for the store.
 */
export async function requireFitStore(deps: ProofDeps): Promise<void> {
  const { store, clock } = deps;
  if (isBefore(clock.now(), away.get(store) ?? 0, FAILED_MS)) return;
  // Nearly always: no race has to be arranged for what is known.
  if (isProvenFit(deps)) return;
  const inTime = new AbortController();
  const leave = () => void away.set(store, clock.now() + FAILED_MS);
  try {
    await Promise.race([
      proveStore(deps),
      clock.sleep(MAX_MS, inTime.signal).then(() => inTime.signal.aborted || leave()),
    ]);
  } catch (cause) {
    const forOperator = reasonOf(cause);
    if (forOperator === undefined) return leave();
    throw new AppError("unavailable", { forOperator, cause });
  } finally {
    inTime.abort();
  }
}

function isProvenFit({ store, clock }: ProofDeps): boolean {
  const { isFit = false, until = null } = proofs.get(store) ?? {};
  return isFit && until !== null && isBefore(clock.now(), until, PROVEN_MS);
}

function reasonOf(error: unknown): string | undefined {
  return error instanceof AppError ? error.forOperator : undefined;
}

/** A time that is further ahead than it is ever set was said by a clock that has gone back since. */
function isBefore(now: number, until: number, longestMs: number): boolean {
  return now < until && until <= now + longestMs;
}
