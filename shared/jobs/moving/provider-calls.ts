// Calling a provider on behalf of a job: which one, under which name, and for how long at most.
import { AppError } from "../../errors/app-error.ts";
import { tempOutputKey } from "../../media/keys.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ProviderOperation } from "../../ports/metrics.ts";
import type { CallContext, Provider, StartOutcome } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import { inputAccess, requestOf } from "../inputs/inputs.ts";
import { type Job, keyOf } from "../job.ts";
import { measuredCall } from "../measured-call.ts";
import { type Claim, ClaimLost } from "./claim.ts";
import { saidOf, visibleOf } from "./labelling.ts";
import { letGo, passedOn } from "./let-go.ts";
import { heard } from "./places.ts";

const CALL_TIMEOUT_MS = 20_000;
const START_TIMEOUT_MS = 60_000;
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
  deps: Pick<JobDeps, "clock" | "metrics" | "log" | "vendorLimits">,
  { job, signal }: Claim,
  provider: Provider,
  operation: Exclude<ProviderOperation, "start">,
  call: (context: CallContext) => Promise<T>,
): Promise<T> {
  const reference = referenceOf(job);
  return heard(deps, provider, { operation: "query", signal }, () =>
    measuredCall(deps, { provider: provider.id, operation, signal, jobId: job.id }, () =>
      withTimeout(deps.clock, CALL_TIMEOUT_MS, signal, (stop) => call({ reference, signal: stop })),
    ),
  );
}

/** A start that is under way is waited for: its answer may be a task that costs money. Only a process that stops cuts it short, after a while. */
export function startAtProvider(
  deps: Pick<
    JobDeps,
    "table" | "clock" | "turns" | "store" | "metrics" | "settings" | "vendorLimits" | "callbackUrl" | "labels" | "log"
  >,
  claim: Claim,
  provider: Provider,
): Promise<StartOutcome> {
  const { job } = claim;
  const request = requestOf(job);
  const usualMs = provider.isSynchronous ? SYNCHRONOUS_START_TIMEOUT_MS : START_TIMEOUT_MS;
  const ms = provider.startTimeoutMs ?? usualMs;
  const stop = new AbortController();
  const stopLater = async () => {
    if (claim.signal.reason instanceof ClaimLost) return;
    await deps.clock.sleep(STOP_PATIENCE_MS);
    stop.abort(claim.signal.reason);
  };
  if (claim.signal.aborted) void stopLater();
  else claim.signal.addEventListener("abort", stopLater, { once: true });
  const { signal: stopped } = stop;
  return heard(deps, provider, { operation: "start", signal: stopped }, () =>
    measuredCall(deps, { provider: provider.id, operation: "start", signal: stopped, jobId: job.id }, () =>
      withTimeout(deps.clock, ms, stopped, (signal) =>
        provider.start(request, {
          ...requestContext(deps, job, signal),
          ...callbackOf(deps, provider, job),
          keep: keeperOf(deps, job, signal),
        }),
      ),
    ),
  ).finally(() => claim.signal.removeEventListener("abort", stopLater));
}

/** Only for a vendor whose calls can be verified. */
function callbackOf(
  { callbackUrl }: Pick<JobDeps, "callbackUrl">,
  { id, readCallback }: Provider,
  job: Job,
): Pick<CallContext, "callbackUrl"> {
  if (!callbackUrl || !readCallback) return {};
  return { callbackUrl: callbackUrl(id, { ...keyOf(job), attempt: job.attempt }) };
}

/**
 * Puts what an answer holds under the attempt's own name, labelled: what lies there is not written again. An owner before this one may have
 * kept it already. Whether it is a whole file, and labelled where it has to be, is found when it is transferred. It ends with the call: what
 * an adapter brings after its time was up is not taken.
 */
function keeperOf(
  deps: Pick<JobDeps, "table" | "clock" | "turns" | "store" | "settings" | "labels" | "log">,
  job: Job,
  signal: AbortSignal,
): NonNullable<CallContext["keep"]> {
  return async (index, bytes) => {
    signal.throwIfAborted();
    if (index >= job.request.n) return letGo(bytes);
    const body = passedOn(atMost(bytes, deps.settings.maxOutputBytes), bytes);
    const said = saidOf(deps, job, index);
    const visible = said && visibleOf(deps, job, index, signal);
    const marking = said && deps.labels ? deps.labels.mark(body, said, visible) : null;
    const key = tempOutputKey(job.userId, job.id, job.attempt, index);
    const options = { ifAbsent: true, signal } as const;
    const info = await deps.store.put(key, marking?.body ?? body, options).finally(() => letGo(body));
    if (info === null && marking?.isDrawn()) await visible?.overtaken();
    for (const each of [marking?.problem() ?? marking?.undrawn(), marking?.remark()]) {
      if (each) deps.log.warn({ error: each.cause, jobId: job.id, attempt: job.attempt }, each.reason);
    }
  };
}

async function* atMost(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AppError("invalid_output", { message: `A file of the provider has more than ${maxBytes} bytes.` });
    }
    yield chunk;
  }
}

/** How long a process that stops waits for the answer to a start. */
const STOP_PATIENCE_MS = 4000;

/** For calls that are about the job's request. */
export function requestContext(deps: Pick<JobDeps, "store">, job: Job, signal: AbortSignal): CallContext {
  const context = { reference: referenceOf(job), signal };
  return job.inputs?.length ? { ...context, inputs: inputAccess(deps.store, job, signal) } : context;
}

export function referenceOf(job: Job): string {
  return job.reference ?? `${job.id}-${job.attempt}`;
}

/** The time for a call was up. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
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
  const stopped = Promise.withResolvers<never>();
  const giveUp = () => stopped.reject(stop.reason);
  stop.addEventListener("abort", giveUp);
  void clock.sleep(ms, timer.signal).then(() => {
    if (!timer.signal.aborted) over.abort(new TimedOut(`no answer within ${ms} ms`));
  });
  try {
    return await Promise.race([act(stop), stopped.promise]);
  } finally {
    stop.removeEventListener("abort", giveUp);
    timer.abort();
  }
}
