// When a delivery is tried, and what each try makes of it. Pure: each takes a delivery and gives the next one; writing is up to others.
import type { Delivery } from "./delivery.ts";

/** From its making, or from when its owner had it sent again. */
export const GIVE_UP_AFTER_MS = 24 * 60 * 60_000;
/** Longer than a try can take with everything around it. */
export const TRY_LEASE_MS = 30_000;
/** A timer that fires once a minute comes no later than this. Whoever does was away, or its clock has leapt. */
const LATEST_TRY_MS = 2 * 60_000;
/** Clocks of different machines differ by less than this. */
export const CLOCK_SKEW_MS = 30_000;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Pauses behind the first, second, … failed try, a quarter more or less; the last one again and again. */
const PAUSES_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
const MAX_ERROR_LENGTH = 200;

/** What a try has come to. */
export interface Result {
  /**
   * - `delivered`: the receiver has taken it.
   * - `failed`: another try may go better.
   * - `refused`: no further try makes sense.
   * - `stopped`: this process has to end; nobody knows whether the receiver has it.
   */
  state: "delivered" | "failed" | "refused" | "stopped";
  /** HTTP status; null without an answer. */
  status: number | null;
  error: string | null;
  /** What the receiver asked for. */
  retryAfterMs?: number | null;
}

/** Pending, its time has come, and nobody is sending it. */
export function isDue({ status, lease, nextAt }: Delivery, now: number): boolean {
  return status === "pending" && (lease ? lease.until : (nextAt ?? 0)) <= now;
}

/** A try begins; written before anything is sent. Time in which nobody tried is none of the day in which to try. */
export function toSending(delivery: Delivery, now: number, token: string): Delivery {
  const lateMs = now - (delivery.lease?.until ?? delivery.nextAt ?? now);
  return {
    ...delivery,
    giveUpAt: delivery.giveUpAt + (lateMs > LATEST_TRY_MS ? lateMs : 0),
    lease: { token, until: now + TRY_LEASE_MS },
    attempts: delivery.attempts + 1,
    tries: delivery.tries + 1,
  };
}

/** 0 ≤ `random` < 1. */
export function afterTry(delivery: Delivery, now: number, result: Result, random: number): Delivery {
  const { state, status, error } = result;
  const tried: Delivery = {
    ...delivery,
    lease: null,
    lastStatus: status,
    lastError: error?.slice(0, MAX_ERROR_LENGTH) ?? null,
  };
  if (state === "delivered") return { ...tried, status: "delivered", deliveredAt: now, nextAt: null };
  if (state === "stopped") return { ...tried, nextAt: now };
  if (state === "refused" || now >= delivery.giveUpAt) return dead(tried);
  return { ...tried, nextAt: Math.min(now + pauseMs(delivery, result, random), delivery.giveUpAt) };
}

/** The host is paused: no try is spent on it, but time goes on. */
export function putOff(delivery: Delivery, now: number, until: number): Delivery {
  const next: Delivery = {
    ...delivery,
    lastError: "The receiver's host has not answered others lately; it is paused.",
  };
  return now >= delivery.giveUpAt ? dead(next) : { ...next, nextAt: Math.min(until, delivery.giveUpAt) };
}

/** Due now, with another day of tries. Whoever is sending it goes on. */
export function toBeSentAgain(delivery: Delivery, now: number): Delivery {
  return { ...delivery, status: "pending", tries: 0, giveUpAt: now + GIVE_UP_AFTER_MS, nextAt: now, deliveredAt: null };
}

/** The delivery as this clock would have written it: what a clock that was far ahead has put off does not wait until then. */
export function broughtBack(delivery: Delivery, now: number): Delivery {
  const aheadMs = delivery.writtenAt - now;
  if (aheadMs <= CLOCK_SKEW_MS) return delivery;
  return {
    ...delivery,
    nextAt: delivery.nextAt === null ? null : delivery.nextAt - aheadMs,
    giveUpAt: Math.min(delivery.giveUpAt, now + GIVE_UP_AFTER_MS),
    lease: delivery.lease && { ...delivery.lease, until: delivery.lease.until - aheadMs },
    writtenAt: now,
  };
}

function dead(delivery: Delivery): Delivery {
  return { ...delivery, status: "dead", nextAt: null };
}

function pauseMs({ tries }: Delivery, { retryAfterMs }: Result, random: number): number {
  const usual = PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? 0;
  return Math.round(Math.max(usual * (0.75 + random / 2), retryAfterMs ?? 0));
}
