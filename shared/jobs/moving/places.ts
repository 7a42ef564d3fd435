// A place with a vendor that says how often it may be asked: taken before each call, so that all instances together stay within that. Of a
// provider without limits nothing is asked, and nothing is written.
import { AppError } from "../../errors/app-error.ts";
import type { Lane, Place, VendorCalls } from "../../limits/vendor/vendor-limits.ts";
import type { Failure, OfferedProvider } from "../../ports/provider.ts";
import type { JobDeps } from "../deps.ts";
import type { Claim } from "./claim.ts";

type Deps = Pick<JobDeps, "vendorLimits" | "clock">;
type Operation = VendorCalls["operation"];

/** There is no place just now: the step is taken again later, and this time does not count. */
export class PutOff extends Error {
  override readonly name = "PutOff";
  readonly at: number;

  constructor(at: number) {
    super("the vendor has no place for this call just now");
    this.at = at;
  }
}

export async function takePlace(
  deps: Deps,
  claim: Pick<Claim, "job" | "signal">,
  provider: OfferedProvider,
  { operation, lane = "usual", gapMs }: { operation: Operation; lane?: Lane; gapMs?: number },
): Promise<Place> {
  const calls = callsOf(provider, operation);
  if (!calls) return { isFree: true };
  const perSecond = provider.limits?.[operation]?.perSecond;
  const { job, signal } = claim;
  return deps.vendorLimits.take(calls, {
    lane,
    perSecond,
    user: job.userId,
    signal,
    ...(gapMs !== undefined && { gapMs }),
  });
}

/** How long to wait until the next look at a task: as long as the provider wishes, and so long that all of them together find a place. */
export function pauseUntilLook({ vendorLimits }: Deps, provider: OfferedProvider, wishedMs: number): number {
  const calls = callsOf(provider, "query");
  if (!calls) return wishedMs;
  return Math.max(wishedMs, Math.ceil(vendorLimits.pauseBetweenLooks(calls, provider.limits?.query?.perSecond)));
}

/** The vendor has refused a call because there were too many: everybody leaves it alone for a while. */
export async function leaveAlone(
  { vendorLimits, clock }: Deps,
  provider: OfferedProvider,
  operation: Operation,
  pauseMs: number,
): Promise<void> {
  const calls = callsOf(provider, operation);
  if (calls) await vendorLimits.pause(calls, clock.now() + pauseMs);
}

/** Makes the call, and lets the breaker know how it went. One that is broken off from our side says nothing about the vendor. */
export async function heard<T>(
  { vendorLimits }: Deps,
  provider: OfferedProvider,
  { operation, signal }: { operation: Operation; signal: AbortSignal },
  call: () => Promise<T>,
): Promise<T> {
  const calls = callsOf(provider, operation);
  if (!calls) return call();
  try {
    const answer = await call();
    await vendorLimits.hear(calls, !(operation === "start" && isBreakdown(answer)));
    return answer;
  } catch (error) {
    if (!signal.aborted && isOfVendor(error)) await vendorLimits.hear(calls, false);
    throw error;
  }
}

function callsOf({ id, limits }: OfferedProvider, operation: Operation): VendorCalls | null {
  return limits ? { provider: id, account: limits.account, operation } : null;
}

/** A start that the vendor could not take. What it answers about a task is an answer, whatever became of the task. */
function isBreakdown(answer: unknown): boolean {
  const { failure } = (answer ?? {}) as { failure?: Failure };
  return failure !== undefined && failure.type === "provider_error" && failure.retryable && !failure.isThrottled;
}

/** Our own store and table fail with errors of the catalogue. */
function isOfVendor(error: unknown): boolean {
  return !(error instanceof AppError) || error.type === "provider_error";
}
