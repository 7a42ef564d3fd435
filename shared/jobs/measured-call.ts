// A call of a provider, with how long it took and how it went.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { MetricDimensions, Metrics } from "../ports/metrics.ts";

type Called = MetricDimensions["ProviderCallTime"];

/** Makes a call of a provider. One that is broken off from our side, by `signal`, says nothing about the provider. */
export async function measuredCall<T>(
  deps: { clock: Clock; metrics: Metrics; log: Log },
  called: Called & { signal: AbortSignal; jobId?: string },
  call: () => Promise<T>,
): Promise<T> {
  const { provider, operation, signal, jobId } = called;
  const startedAt = deps.clock.now();
  const measure = (errorType: ErrorTypeSeen | null) => {
    const ms = deps.clock.now() - startedAt;
    deps.metrics.time("ProviderCallTime", ms, { provider, operation });
    deps.log.debug({ jobId, provider, operation, ms, errorType: errorType ?? undefined }, "a provider was called");
    if (errorType) deps.metrics.count("ProviderErrors", { provider, operation, errorType });
  };
  try {
    const answer = await call();
    measure(failureIn(answer));
    return answer;
  } catch (error) {
    if (!signal.aborted) measure(typeOf(error));
    throw error;
  }
}

type ErrorTypeSeen = MetricDimensions["ProviderErrors"]["errorType"];

function failureIn(answer: unknown): ErrorTypeSeen | null {
  const { failure } = (answer ?? {}) as { failure?: { type: ErrorTypeSeen } };
  return failure && failure.type !== "moderation_blocked" ? failure.type : null;
}

function typeOf(error: unknown): ErrorTypeSeen {
  if (error instanceof AppError) return error.type;
  return error instanceof Error && error.name === "TimedOut" ? "timeout" : "unknown";
}
