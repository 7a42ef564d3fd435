// What all instances know of one receiver's host: who is sending to it just now, and whether it has answered lately.
import type { ItemKey, Table } from "../ports/table.ts";
import type { WebhookDeps } from "./deps.ts";
import { CLOCK_SKEW_MS, TRY_LEASE_MS } from "./tries.ts";

/** Tries under way to one host at the same time. */
export const MAX_IN_FLIGHT = 2;
/** So many failures one after the other, and the host is paused. */
const FAILURES_BEFORE_PAUSE = 5;
/** Twice as long with every further failure. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** How often whoever waits for a place looks again, with jitter. */
const LOOK_AGAIN_MS = 1000;

export interface Host {
  /** Since the latest answer that was not the host's failure. */
  failures: number;
  /** Epoch milliseconds; in the past or 0 when it is not paused. */
  pausedUntil: number;
  inFlight: { token: string; until: number }[];
}

/** How the host behaved in a try; `unknown` when the try says nothing of it. */
export type Behaviour = "good" | "bad" | "unknown";

export type Entry =
  | { state: "entered"; host: Host }
  /** As many as may are sending to it. */
  | { state: "full" }
  | { state: "paused"; until: number };

/** A place among those who send to the host; after a pause one goes ahead alone. */
export function entered(host: Host, now: number, token: string): Entry {
  // What lasts longer than anybody asks for was written by a clock that was ahead.
  if (host.pausedUntil > now && host.pausedUntil <= now + LONGEST_PAUSE_MS + CLOCK_SKEW_MS) {
    return { state: "paused", until: host.pausedUntil };
  }
  const live = host.inFlight.filter(({ until }) => until > now && until <= now + TRY_LEASE_MS + CLOCK_SKEW_MS);
  if (live.length >= (host.failures >= FAILURES_BEFORE_PAUSE ? 1 : MAX_IN_FLIGHT)) return { state: "full" };
  return { state: "entered", host: { ...host, inFlight: [...live, { token, until: now + TRY_LEASE_MS }] } };
}

export function left(host: Host, now: number, token: string, behaviour: Behaviour): Host {
  const inFlight = host.inFlight.filter((other) => other.token !== token);
  if (behaviour === "unknown") return { ...host, inFlight };
  if (behaviour === "good") return { failures: 0, pausedUntil: 0, inFlight };
  const failures = host.failures + 1;
  const over = failures - FAILURES_BEFORE_PAUSE;
  const pausedUntil = over < 0 ? 0 : now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** over);
  return { failures, pausedUntil, inFlight };
}

export type Place =
  | { state: "entered"; leave(behaviour: Behaviour): Promise<void> }
  | { state: "paused"; until: number };

/** Waits for a place. Null when `isOver` before there is one. */
export async function enterHost(
  deps: WebhookDeps,
  name: string,
  { isOver, signal }: { isOver: () => boolean; signal: AbortSignal },
): Promise<Place | null> {
  const token = deps.ids.token();
  while (!isOver()) {
    const entry = await tryToEnter(deps, name, token);
    if (entry.state === "paused") return entry;
    if (entry.state === "entered")
      return { state: "entered", leave: (behaviour) => leave(deps, name, token, behaviour) };
    await deps.clock.sleep(LOOK_AGAIN_MS * (1 + deps.ids.random()), signal);
  }
  return null;
}

async function tryToEnter(deps: WebhookDeps, name: string, token: string): Promise<Entry> {
  for (;;) {
    const { host, version } = await readHost(deps.table, name);
    const entry = entered(host, deps.clock.now(), token);
    if (entry.state !== "entered" || (await writeHost(deps.table, name, entry.host, version))) return entry;
  }
}

/** A host of which there is nothing to say has no item. */
async function leave(deps: WebhookDeps, name: string, token: string, behaviour: Behaviour): Promise<void> {
  for (;;) {
    const { host, version } = await readHost(deps.table, name);
    const next = left(host, deps.clock.now(), token, behaviour);
    if (await writeHost(deps.table, name, next, version)) return;
  }
}

const unknown: Host = { failures: 0, pausedUntil: 0, inFlight: [] };

async function readHost(table: Table, name: string): Promise<{ host: Host; version: number | null }> {
  const item = await table.get(hostKey(name));
  return item ? { host: item.data as unknown as Host, version: item.version } : { host: unknown, version: null };
}

async function writeHost(table: Table, name: string, host: Host, version: number | null): Promise<boolean> {
  const isUnknown = host.failures === 0 && host.inFlight.length === 0;
  if (isUnknown) return version === null || table.delete(hostKey(name), { version });
  const condition = version === null ? "absent" : { version };
  return (await table.put({ ...hostKey(name), data: { ...host } }, condition)) !== null;
}

/** Names are at most 253 characters and a port. */
function hostKey(name: string): ItemKey {
  return { partition: `webhook-host#${name}`, sort: "host" };
}
