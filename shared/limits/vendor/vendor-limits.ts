// A vendor's limits, kept by all instances together: who may call it now, and when the others come back.
import type { LimitPorts } from "../request-limit.ts";
import { createReturns, type Returns } from "./returns.ts";
import { type VendorCalls, type VendorItem, vendorItem } from "./vendor-item.ts";
import { type Lane, loadAt, PATIENCE_MS, type Reservation, reserve, withLooks, withPause } from "./vendor-state.ts";
import { createWaitingLine, type WaitingLine } from "./waiting-line.ts";

export type { VendorCalls } from "./vendor-item.ts";
export type { Lane } from "./vendor-state.ts";

/** `openSince`: since when the breaker has been open, when that is why; else null. Times are epoch milliseconds. */
export type Place = { isFree: true } | { isFree: false; at: number; openSince: number | null };

export interface Asking {
  lane: Lane;
  /** Of the vendor for this kind of call; undefined: it does not say. */
  perSecond: number | undefined;
  /** Users take turns. */
  user: string;
  signal: AbortSignal;
  /** For a look at a task: how long ago the look before it was, or its start. */
  gapMs?: number;
}

export interface VendorLimits {
  /**
   * Resolves when the call may be made, after some seconds at most; or with the time at which to ask again. What is free is used at once or
   * lost. Throws the signal's reason when it aborts, and what the table throws.
   */
  take(calls: VendorCalls, asking: Asking): Promise<Place>;
  /** The vendor wants to be left alone until then: that counts for everybody. */
  pause(calls: VendorCalls, until: number): Promise<void>;
  /** How a call went. Never throws. */
  hear(calls: VendorCalls, hasSucceeded: boolean): Promise<void>;
  /** How long to wait between two looks at a task so that all of them together stay within the rate. 0 without a rate. */
  pauseBetweenLooks(calls: VendorCalls, perSecond: number | undefined): number;
}

/** Of what a vendor allows to be asked, so much is for checks; the rest is left to what cannot wait. */
const SHARES: Readonly<Record<VendorCalls["operation"], Readonly<Record<Lane, number>>>> = {
  start: { usual: 1, urgent: 1 },
  query: { usual: 0.8, urgent: 0.2 },
};
/** Places that come too late to be kept apart from others' are given up: the process was busy or frozen. */
const LATE_MS = 1000;
/** So much of the rate may wait in a process: a timer brings a second's calls all at once. */
const WAITING_SECONDS = 2;
const MOST_GAPS = 1000;

interface Waiter {
  user: string;
  gapMs: number | undefined;
  tell(place: Place): void;
  fail(error: unknown): void;
}

interface LaneOfProcess {
  line: WaitingLine<Waiter>;
  returns: Returns;
  isServed: boolean;
}

interface Calls {
  item: VendorItem;
  lanes: Map<Lane, LaneOfProcess>;
  /** Of the looks that were made and not told yet: how long before each the one before it was. */
  gapsMs: number[];
  /** This process has the one call that may try while the breaker is open. */
  isProbing: boolean;
}

/** How often a lane may be used. */
interface Rate {
  lane: Lane;
  /** The lane's share; null: as often as anybody likes. */
  perSecond: number | null;
  /** Milliseconds from one place to the next; and what no two calls of this process ever come closer than. */
  everyMs: number;
  leastMs: number;
}

function rateOf({ operation }: VendorCalls, lane: Lane, whole: number | undefined): Rate {
  if (whole === undefined) return { lane, perSecond: null, everyMs: 0, leastMs: 0 };
  const perSecond = whole * SHARES[operation][lane];
  return { lane, perSecond, everyMs: 1000 / perSecond, leastMs: 1000 / whole };
}

export function createVendorLimits(ports: LimitPorts): VendorLimits {
  const { clock, ids } = ports;
  const all = new Map<string, Calls>();

  function callsOf(of: VendorCalls): Calls {
    const name = `${of.provider}#${of.account}#${of.operation}`;
    const calls = all.get(name) ?? { item: vendorItem(ports, of), lanes: new Map(), gapsMs: [], isProbing: false };
    all.set(name, calls);
    return calls;
  }

  function laneOf(calls: Calls, { lane, perSecond }: Rate): LaneOfProcess {
    const most = perSecond === null ? Number.POSITIVE_INFINITY : Math.max(2, Math.ceil(perSecond * WAITING_SECONDS));
    const known = calls.lanes.get(lane) ?? {
      line: createWaitingLine<Waiter>(most),
      returns: createReturns(ids),
      isServed: false,
    };
    calls.lanes.set(lane, known);
    return known;
  }

  /** Null when others were faster again and again. */
  async function reserveFor({ line }: LaneOfProcess, calls: Calls, rate: Rate): Promise<Reservation | null> {
    const wanted = { lane: rate.lane, wanted: line.size, perSecond: rate.perSecond };
    const gapsMs = calls.gapsMs.splice(0);
    let reservation: Reservation | null = null;
    try {
      reservation = await calls.item.change((state, now) => {
        const { next, reservation: result } = reserve(state, wanted, now);
        return { next: result.state === "reserved" ? withLooks(next, gapsMs, now) : next, result };
      });
    } finally {
      if (reservation?.state !== "reserved") calls.gapsMs.unshift(...gapsMs.slice(0, MOST_GAPS));
    }
    return reservation;
  }

  /** Serves the line until nobody waits: reserves places when there are none left, and gives each out when its time has come. */
  async function serve(of: LaneOfProcess, calls: Calls, rate: Rate): Promise<void> {
    let slots: number[] = [];
    let givenAt = Number.NEGATIVE_INFINITY;
    while (of.line.size > 0) {
      slots = slots.filter((at) => at > clock.now() - LATE_MS);
      if (slots.length === 0) {
        const reservation = await reserveFor(of, calls, rate);
        if (reservation?.state !== "reserved") return sendAway(of, rate, reservation);
        slots = reservation.slots;
        calls.isProbing ||= reservation.isProbe;
      }
      // What is late may catch up only as far as the vendor allows.
      const at = Math.max(slots.shift() ?? 0, givenAt + rate.leastMs);
      // Never longer than the longest that was reserved for, also when the clock has gone back since.
      const waitMs = Math.min(at - clock.now(), PATIENCE_MS + LATE_MS + rate.everyMs);
      if (waitMs > 0) await clock.sleep(waitMs);
      givenAt = clock.now();
      const waiter = of.line.next();
      if (waiter?.gapMs !== undefined) calls.gapsMs.push(waiter.gapMs);
      waiter?.tell({ isFree: true });
    }
  }

  function sendAway(of: LaneOfProcess, rate: Rate, reservation: (Reservation & { state: "later" }) | null): void {
    const at = reservation?.at ?? clock.now() + LATE_MS;
    const openSince = reservation?.openSince ?? null;
    for (const waiter of of.line.empty()) {
      waiter.tell({ isFree: false, at: of.returns.next(waiter.user, at, rate.everyMs), openSince });
    }
  }

  async function serveSafely(of: LaneOfProcess, calls: Calls, rate: Rate): Promise<void> {
    of.isServed = true;
    try {
      await serve(of, calls, rate);
    } catch (error) {
      for (const waiter of of.line.empty()) waiter.fail(error);
    } finally {
      of.isServed = false;
    }
  }

  return {
    async take(vendorCalls, { lane, perSecond, user, signal, gapMs }) {
      signal.throwIfAborted();
      const calls = callsOf(vendorCalls);
      const rate = rateOf(vendorCalls, lane, perSecond);
      const of = laneOf(calls, rate);
      const tellLater = (who: string): Place => {
        const at = Math.max(clock.now(), calls.item.known().nextAt[lane]) + of.line.size * rate.everyMs;
        return { isFree: false, at: of.returns.next(who, at, rate.everyMs), openSince: null };
      };
      const { hasRoom, displaced } = of.line.makeRoom(user);
      displaced?.tell(tellLater(displaced.user));
      if (!hasRoom) return tellLater(user);
      const place = Promise.withResolvers<Place>();
      const waiter: Waiter = { user, gapMs, tell: place.resolve, fail: place.reject };
      const giveUp = () => {
        of.line.remove(user, waiter);
        place.reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      of.line.add(user, waiter);
      if (!of.isServed) void serveSafely(of, calls, rate);
      return place.promise.finally(() => signal.removeEventListener("abort", giveUp));
    },

    async pause(vendorCalls, until) {
      const { item } = callsOf(vendorCalls);
      await item.change((state) => ({
        next: state.pausedUntil >= until ? state : withPause(state, until),
        result: true,
      }));
    },

    async hear(vendorCalls, hasSucceeded) {
      const calls = callsOf(vendorCalls);
      const atOnce = calls.isProbing;
      calls.isProbing = false;
      await calls.item.hear(hasSucceeded, { atOnce });
    },

    pauseBetweenLooks(vendorCalls, perSecond) {
      if (perSecond === undefined) return 0;
      const load = loadAt(callsOf(vendorCalls).item.known(), clock.now());
      return (1000 * load) / (perSecond * SHARES[vendorCalls.operation].usual);
    },
  };
}
