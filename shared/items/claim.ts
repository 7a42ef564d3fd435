// A claim: for a time, one caller is the only one who takes an item's steps.
import type { Log } from "../ports/log.ts";
import type { ItemKey } from "../ports/table.ts";
import { CLOCK_SKEW_MS } from "./fast-clock.ts";
import type { Claimed, Kind, Stored } from "./kind.ts";
import { type UpdateDeps, updateItem } from "./update.ts";

/** Somebody else has the item now, or it has ended: whatever the owner was about to do is no longer its business. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

export interface ItemClaim<T> {
  /** Stands in the item's lease for as long as the claim lasts. */
  readonly token: string;
  /** The item as this owner knows it, and its version. */
  readonly value: T;
  readonly version: number;
  /** Aborts when the claim is lost or the caller has to stop. Every call that the owner makes carries it. */
  readonly signal: AbortSignal;
  /** Writes a change. Throws ClaimLost when the item is no longer the owner's. */
  update(change: (value: T) => T): Promise<T>;
  /** Reads the item again, after others have moved it. Throws ClaimLost as above. */
  reload(): Promise<T>;
  /** Gives the item back with a last change. Losing is fine here. */
  release(change: (value: T) => T): Promise<void>;
  /** Ends the renewals. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ClaimDeps extends UpdateDeps {
  log: Log;
  settings: { leaseMs: number };
}

export interface Claimable<T> extends Kind<T> {
  /** Whether a nudge that came while the item was in hand means that it is looked at again at once. */
  canHurry(value: T): boolean;
}

/**
 * Takes the item if it is due and nobody has it. The write that claims comes before anything else of the item is looked into,
 * and counts the look: so an item that kills its owners is found out. Null when somebody else has it.
 */
export async function claimItem<T extends Claimed>(
  deps: ClaimDeps,
  kind: Claimable<T>,
  key: ItemKey,
  options: { signal: AbortSignal; takesTicket: boolean; known?: Stored<T> | undefined },
): Promise<ItemClaim<T> | null> {
  const token = deps.ids.token();
  const claimed = await updateItem(
    deps,
    kind,
    key,
    (value) => {
      const now = deps.clock.now();
      if (!isDue(value, now, options.takesTicket) || isLive(value.lease, now, deps.settings.leaseMs)) return null;
      return {
        ...value,
        lease: { token, until: now + deps.settings.leaseMs },
        looks: value.looks + 1,
        ticketUntil: 0,
        ticketsUnclaimed: options.takesTicket ? 0 : value.ticketsUnclaimed,
      };
    },
    options.known,
  );
  return claimed?.isWritten ? ownClaim(deps, kind, key, token, claimed, options.signal) : null;
}

/** Somebody else may have put the item off since it was found due. A timer also waits for whoever has the ticket. */
function isDue({ dueAt, ticketUntil }: Claimed, now: number, takesTicket: boolean): boolean {
  return dueAt !== null && (takesTicket ? dueAt : Math.max(dueAt, ticketUntil)) <= now;
}

/** A lease that ends much later than one that is taken now was written by a clock that was far ahead: it counts for nothing. */
function isLive(lease: Claimed["lease"], now: number, leaseMs: number): boolean {
  return lease !== null && lease.until > now && lease.until <= now + leaseMs + CLOCK_SKEW_MS;
}

function ownClaim<T extends Claimed>(
  deps: ClaimDeps,
  kind: Claimable<T>,
  key: ItemKey,
  token: string,
  claimed: Stored<T>,
  stop: AbortSignal,
): ItemClaim<T> {
  let known = claimed;
  let last: Promise<unknown> = Promise.resolve();
  const lost = new AbortController();
  const released = new AbortController();

  const requireMine = (value: T) => {
    if (value.lease?.token !== token) throw new ClaimLost();
    return value;
  };

  /** What one owner does to its item goes one after the other: it never loses against itself. */
  function inTurn(act: () => Promise<Stored<T> | null>): Promise<T> {
    const turn = last.then(async () => {
      const stored = await act();
      if (!stored) throw new ClaimLost();
      known = stored;
      return stored.value;
    });
    last = turn.catch((error) => {
      if (error instanceof ClaimLost) lost.abort(error);
    });
    return turn;
  }

  const write = (change: (value: T) => T) =>
    inTurn(() => updateItem(deps, kind, key, (value) => change(requireMine(value)), known));

  /** An event may decide an item under its owner's hands: what the owner was about to make of it counts no more. */
  const update = (change: (value: T) => T) => {
    const { outcome } = known.value;
    return write((value) => {
      if (value.outcome !== outcome) throw new ClaimLost();
      return change(value);
    });
  };

  const reload = () =>
    inTurn(async () => {
      const stored = await kind.read(deps.table, key);
      return stored && requireMine(stored.value) && stored;
    });

  async function release(change: (value: T) => T): Promise<void> {
    released.abort();
    await write((value) => {
      const next = change(value);
      const isNudged = next.nudges > claimed.value.nudges && kind.canHurry(next);
      return { ...next, lease: null, dueAt: isNudged ? Math.min(next.dueAt ?? 0, deps.clock.now()) : next.dueAt };
    }).catch((error) => {
      if (!(error instanceof ClaimLost)) throw error;
    });
  }

  const renewing = renew(deps, write, { isOver: () => released.signal.aborted || lost.signal.aborted, released });
  return {
    token,
    get value() {
      return known.value;
    },
    get version() {
      return known.version;
    },
    signal: AbortSignal.any([stop, lost.signal]),
    update,
    reload,
    release,
    async [Symbol.asyncDispose]() {
      released.abort();
      await renewing;
    },
  };
}

/** Renews three times in the length of a lease. A renewal that fails for another reason than loss is tried again at the next turn. */
async function renew<T extends Claimed>(
  deps: ClaimDeps,
  update: ItemClaim<T>["update"],
  state: { isOver: () => boolean; released: AbortController },
): Promise<void> {
  while (!state.isOver()) {
    await deps.clock.sleep(deps.settings.leaseMs / 3, state.released.signal);
    if (state.isOver()) return;
    await update((value) => {
      const lease = value.lease && { ...value.lease, until: deps.clock.now() + deps.settings.leaseMs };
      return { ...value, lease };
    }).catch((error) => {
      if (!(error instanceof ClaimLost)) deps.log.warn({ error }, "a lease was not renewed");
    });
  }
}
