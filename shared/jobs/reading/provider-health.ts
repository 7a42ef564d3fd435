// How the providers are just now. Asked by anybody, at most every few seconds: what is found counts for everyone meanwhile.
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { OfferedProvider } from "../../ports/provider.ts";
import { TimedOut, withTimeout } from "../moving/provider-calls.ts";

export interface ProviderStatus {
  provider: string;
  status: "up" | "down" | "unconfigured";
  /** How long the answer took. */
  latencyMs?: number;
  message?: string;
}

interface Deps {
  clock: Clock;
  log: Log;
  providers: ReadonlyMap<string, OfferedProvider>;
}

/** A vendor that takes longer to say that it is there is of no use. */
const PROBE_TIMEOUT_MS = 5000;
const FRESH_MS = 15_000;

interface Probe {
  at: number;
  answer: Promise<ProviderStatus>;
}

/** By provider: what was found last, or is being found out. */
const probes = new WeakMap<OfferedProvider, Probe>();

/** All at once: a slow one keeps nobody else waiting, and none longer than 5 s. Never throws. */
export function checkProviders(deps: Deps): Promise<ProviderStatus[]> {
  return Promise.all([...deps.providers.values()].map((provider) => probeOf(deps, provider).answer));
}

function probeOf(deps: Deps, provider: OfferedProvider): Probe {
  const now = deps.clock.now();
  const known = probes.get(provider);
  // A clock that went back makes nothing fresh for longer.
  if (known && Math.abs(now - known.at) < FRESH_MS) return known;
  const probe = { at: now, answer: ask(deps, provider) };
  probes.set(provider, probe);
  return probe;
}

async function ask({ clock, log }: Deps, provider: OfferedProvider): Promise<ProviderStatus> {
  const of = { provider: provider.id };
  if (!provider.isConfigured) return { ...of, status: "unconfigured", message: "It has no key here." };
  const startedAt = clock.now();
  try {
    const { signal } = new AbortController();
    const found = await withTimeout(clock, PROBE_TIMEOUT_MS, signal, (stop) => provider.health(stop));
    return { ...of, ...found, latencyMs: Math.max(0, Math.round(clock.now() - startedAt)) };
  } catch (error) {
    log.warn({ error, provider: provider.id }, "a provider did not answer to a probe");
    const message =
      error instanceof TimedOut ? `No answer within ${PROBE_TIMEOUT_MS / 1000} s.` : "It cannot be reached.";
    return { ...of, status: "down", message };
  }
}
