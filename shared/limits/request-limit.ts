// How often a caller may do something in a window of time, over all instances: requests in a minute, registrations in an hour. Most requests
// cost no look at the table: an instance takes a slice of the allowance and spends it by itself.
import { createHash } from "node:crypto";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Table } from "../ports/table.ts";
import { addressGroup } from "./address-group.ts";
import { type Allowance, isCurrent, type Slice, takeSlice } from "./request-window.ts";

export interface LimitPorts {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Whoever has logged in counts as a user, wherever they are; anybody else by their address. `mailbox`: to whom something is sent. */
export type Caller = { userId: string } | { address: string } | { mailbox: string };

export interface RequestLimit {
  /** Takes one request. Answers 0, or after how many milliseconds the caller may come back. Never rejects: without the table it counts alone. */
  take(ports: LimitPorts, caller: Caller): Promise<number>;
}

/** Callers that an instance remembers; about 200 bytes each. The oldest are forgotten first. */
const MAX_CALLERS = 10_000;
/** A table that does not answer keeps nobody waiting for longer than this. */
const PATIENCE_MS = 2000;

/** What this instance may spend for one caller. */
interface Share {
  startsAt: number;
  left: number;
  /** Spent in this window. */
  spent: number;
  /** Of it, what the table does not know of. */
  untold: number;
  isUsedUp: boolean;
  /** Callers that come together share one look at the table. */
  refilling: Promise<void> | null;
}

/**
 * `perMinute` of 0: no limit. A second's part of it is spent before the table hears of it: a caller who is far from the limit costs nothing.
 * All instances together can exceed the limit by that, each once a minute.
 */
export function createRequestLimit(perMinute: number): RequestLimit {
  return createLimit({
    of: "requests",
    most: perMinute,
    windowMs: 60_000,
    unheard: Math.floor(perMinute / 60),
    slice: (left) => Math.ceil(left / 8),
  });
}

/** `perHour` of 0: no limit. These are few and dear: each is counted in the table, and no instance has any in stock. */
export function createRegistrationLimit(perHour: number): RequestLimit {
  return createLimit({ of: "registrations", most: perHour, windowMs: 3_600_000, unheard: 0, slice: () => 1 });
}

const MAILS_PER_HOUR = 5;

/** To one mailbox, whoever asks for them: nobody fills another one's. */
export function createMailLimit(): RequestLimit {
  return createLimit({ of: "mails", most: MAILS_PER_HOUR, windowMs: 3_600_000, unheard: 0, slice: () => 1 });
}

/** From one address, for whomever: as registrations, which it costs as much as. */
export function createMailAskingLimit(perHour: number): RequestLimit {
  return createLimit({ of: "mail-askings", most: perHour, windowMs: 3_600_000, unheard: 0, slice: () => 1 });
}

/** Looking into a file costs as much as so many other requests. */
const REQUESTS_OF_A_FILE = 20;

/** `perMinute`: of requests of any kind. */
export function createFileLimit(perMinute: number): RequestLimit {
  const most = Math.ceil(perMinute / REQUESTS_OF_A_FILE);
  return createLimit({ of: "files", most, windowMs: 60_000, unheard: 0, slice: (left) => Math.ceil(left / 8) });
}

function createLimit(allowance: Allowance): RequestLimit {
  const shares = new Map<string, Share>();
  return {
    async take(ports, caller) {
      const name = allowance.most === 0 ? null : nameOf(caller);
      if (name === null) return 0;
      for (;;) {
        const now = ports.clock.now();
        const share = shareOf(shares, name, now, allowance);
        if (share.left > 0) return spend(share);
        if (share.isUsedUp) return share.startsAt + allowance.windowMs - now;
        share.refilling ??= refill(ports, name, share, allowance).finally(() => {
          share.refilling = null;
        });
        await share.refilling;
      }
    },
  };
}

/** Null for an address that nobody knows: its socket is gone, and with it the caller. */
function nameOf(caller: Caller): string | null {
  // Hashed: no list of addresses comes together in the table.
  if ("mailbox" in caller) return `mailbox#${createHash("sha256").update(caller.mailbox).digest("base64url")}`;
  if ("userId" in caller) return `user#${caller.userId}`;
  const group = addressGroup(caller.address);
  return group === null ? null : `address#${group}`;
}

/** The share of this window. */
function shareOf(shares: Map<string, Share>, name: string, now: number, allowance: Allowance): Share {
  const known = shares.get(name);
  if (known && isCurrent(known, allowance, now)) return known;
  const share: Share = {
    startsAt: now,
    left: allowance.unheard,
    spent: 0,
    untold: 0,
    isUsedUp: false,
    refilling: null,
  };
  shares.delete(name);
  shares.set(name, share);
  forgetOld(shares, allowance, now);
  return share;
}

/** They stand in the order in which they began. Two for each new one: more come to an end than begin, until none is left. */
function forgetOld(shares: Map<string, Share>, allowance: Allowance, now: number): void {
  let looked = 0;
  for (const [name, share] of shares) {
    if (!isCurrent(share, allowance, now) || shares.size > MAX_CALLERS) shares.delete(name);
    if (++looked === 2) return;
  }
}

function spend(share: Share): 0 {
  share.left -= 1;
  share.spent += 1;
  share.untold += 1;
  return 0;
}

/** Never rejects. A fault of the table refuses nobody: this instance then lets pass, alone, what the limit allows. */
async function refill(ports: LimitPorts, name: string, share: Share, allowance: Allowance): Promise<void> {
  try {
    const { startsAt, granted } = await inTime(ports, () => {
      const own = { startsAt: share.startsAt, taken: share.untold };
      return takeSlice(ports, name, { own, allowance });
    });
    share.startsAt = startsAt;
    share.left = granted;
    share.isUsedUp = granted === 0;
    // What is granted counts as taken; so does what was spent before.
    share.untold = -granted;
  } catch (error) {
    ports.log.warn({ error }, "requests are counted without the table");
    share.left = Math.min(allowance.slice(allowance.most), allowance.most - share.spent);
    share.isUsedUp = share.left <= 0;
  }
}

async function inTime({ clock }: LimitPorts, act: () => Promise<Slice>): Promise<Slice> {
  const answered = new AbortController();
  const late = clock.sleep(PATIENCE_MS, answered.signal).then((): never => {
    throw new Error(`The table did not answer within ${PATIENCE_MS} ms.`);
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    answered.abort();
    late.catch(() => {});
  }
}
