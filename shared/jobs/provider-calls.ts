// Calling a provider on behalf of a job: which one, under which name, and for how long at most.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { CallContext, Provider } from "../ports/provider.ts";
import type { Claim } from "./claim.ts";
import type { JobDeps } from "./deps.ts";
import type { Job } from "./job.ts";

const CALL_TIMEOUT_MS = 60_000;
/** A synchronous start takes as long as the generation; the slowest gateways give up after 300 s. */
const SYNCHRONOUS_START_TIMEOUT_MS = 320_000;

/** Throws `provider_error` when the provider is no longer part of the configuration. */
export function providerOf(deps: Pick<JobDeps, "providers">, job: Job): Provider {
  const provider = deps.providers.get(job.provider);
  if (!provider)
    throw new AppError("provider_error", { message: `The provider ${job.provider} is no longer offered.` });
  return provider;
}

/** Calls the provider for the claim's job. The signal aborts when the claim is lost, the caller stops, or time is up. */
export function callProvider<T>(
  deps: Pick<JobDeps, "clock">,
  claim: Claim,
  call: (context: CallContext) => Promise<T>,
  options: { isSynchronous?: boolean } = {},
): Promise<T> {
  const ms = options.isSynchronous ? SYNCHRONOUS_START_TIMEOUT_MS : CALL_TIMEOUT_MS;
  return withTimeout(deps.clock, ms, claim.signal, (signal) => call({ reference: referenceOf(claim.job), signal }));
}

export function referenceOf(job: Job): string {
  return job.reference ?? `${job.id}-${job.attempt}`;
}

/** Runs `act` until it ends, the signal aborts or time is up; then throws the signal's reason without waiting for it. */
export async function withTimeout<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const timer = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
  });
  void clock.sleep(ms, timer.signal).then(() => {
    if (!timer.signal.aborted) over.abort(new Error(`no answer within ${ms} ms`));
  });
  try {
    return await Promise.race([act(stop), stopped]);
  } finally {
    timer.abort();
  }
}
