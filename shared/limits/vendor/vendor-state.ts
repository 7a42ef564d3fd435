// What all instances know together of one vendor account and one kind of call; every change of it as a pure function.
import type { JsonObject } from "../../ports/table.ts";
import { afterHearing, type Breaker, closedBreaker, type Heard, passageAt, withProbe } from "./breaker.ts";

/** Calls of one kind that wait for each other. Starts and checks are `usual`; cancels, look-ups and last looks are `urgent`. */
export type Lane = "usual" | "urgent";

export interface VendorState {
  /** When the next call may begin for which nobody has a place yet, epoch milliseconds, by lane. */
  nextAt: Readonly<Record<Lane, number>>;
  /** The vendor wants to be left alone until then. */
  pausedUntil: number;
  breaker: Breaker;
  /** About how many tasks are being asked about, at `loadAt`. */
  load: number;
  loadAt: number;
  writtenAt: number;
}

export type Reservation =
  | { state: "reserved"; slots: number[]; isProbe: boolean }
  | { state: "later"; at: number; openSince: number | null };

/** An instance that dies takes no more with it. */
export const MOST_SLOTS = 10;
/** Whoever would have to wait longer comes back instead. */
export const PATIENCE_MS = 5000;
/** Clocks differ by less than this; what was written by one that is further ahead is set right. */
const SKEW_MS = 1000;
const LOAD_MS = 60_000;
/** A machine that slept has not asked for hours: that says nothing of how much there is to ask. */
const LONGEST_GAP_MS = 10 * 60_000;

export const freshState: VendorState = {
  nextAt: { usual: 0, urgent: 0 },
  pausedUntil: 0,
  breaker: closedBreaker,
  load: 0,
  loadAt: 0,
  writtenAt: 0,
};

/** The state as this clock would have written it: what was to happen in 4 s happens in 4 s. */
export function asSeenAt(state: VendorState, now: number): VendorState {
  const aheadMs = state.writtenAt - now;
  if (aheadMs <= SKEW_MS) return state;
  const { nextAt, pausedUntil, breaker, loadAt } = state;
  return {
    ...state,
    nextAt: { usual: nextAt.usual - aheadMs, urgent: nextAt.urgent - aheadMs },
    pausedUntil: pausedUntil - aheadMs,
    breaker: {
      ...breaker,
      openSince: breaker.openSince === null ? null : breaker.openSince - aheadMs,
      openUntil: breaker.openUntil - aheadMs,
      probeUntil: Math.max(0, breaker.probeUntil - aheadMs),
    },
    loadAt: loadAt - aheadMs,
    writtenAt: now,
  };
}

/** So many places at most that one instance holds them for about a second. */
function slotsOfSlice(perSecond: number): number {
  return Math.min(MOST_SLOTS, Math.max(1, Math.floor(perSecond)));
}

/** Places for `wanted` calls, evenly spaced, in the next second or so. `perSecond` of null: the rate is of no matter, only pauses and the breaker. */
export function reserve(
  state: VendorState,
  { lane, wanted, perSecond }: { lane: Lane; wanted: number; perSecond: number | null },
  now: number,
): { next: VendorState; reservation: Reservation } {
  const later = (at: number, openSince: number | null): { next: VendorState; reservation: Reservation } => ({
    next: state,
    reservation: { state: "later", at, openSince },
  });
  if (state.pausedUntil > now) return later(state.pausedUntil, null);
  const passage = passageAt(state.breaker, now);
  if (passage.may === "not") return later(passage.until, passage.openSince);
  const beginsAt = perSecond === null ? now : Math.max(now, state.nextAt[lane]);
  if (beginsAt - now > PATIENCE_MS) return later(beginsAt, null);
  const isProbe = passage.may === "probe";
  const most = perSecond === null ? MOST_SLOTS : slotsOfSlice(perSecond);
  const count = isProbe ? 1 : Math.min(wanted, most);
  const everyMs = perSecond === null ? 0 : 1000 / perSecond;
  const slots = Array.from({ length: count }, (_, i) => beginsAt + i * everyMs);
  const breaker = isProbe ? withProbe(state.breaker, now) : state.breaker;
  const nextAt = perSecond === null ? state.nextAt : { ...state.nextAt, [lane]: beginsAt + count * everyMs };
  return { next: { ...state, breaker, nextAt }, reservation: { state: "reserved", slots, isProbe } };
}

export function withPause(state: VendorState, until: number): VendorState {
  return { ...state, pausedUntil: Math.max(state.pausedUntil, until) };
}

export function withHeard(state: VendorState, heard: Heard, now: number): VendorState {
  return { ...state, breaker: afterHearing(state.breaker, heard, now) };
}

/**
 * Each look at a task speaks for the time since the look before it: over a while these times add up to the while itself for each task that
 * is under way. So their sum, divided by the while, is how many there are, whoever looks; nobody has to count what began and what ended.
 */
export function withLooks(state: VendorState, gapsMs: readonly number[], now: number): VendorState {
  if (gapsMs.length === 0) return state;
  const sum = gapsMs.reduce((all, ms) => all + Math.min(LONGEST_GAP_MS, Math.max(0, ms)), 0);
  return { ...state, load: loadAt(state, now) + sum / LOAD_MS, loadAt: now };
}

export function loadAt({ load, loadAt: at }: VendorState, now: number): number {
  return load * Math.exp(-Math.max(0, now - at) / LOAD_MS);
}

export function stateOf(data: JsonObject): VendorState {
  return { ...freshState, ...(data as unknown as Partial<VendorState>) };
}

export function dataOf(state: VendorState): JsonObject {
  return state as unknown as JsonObject;
}
