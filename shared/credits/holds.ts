// What can become of a hold. Pure: each takes an account and gives the next one; whoever finds nothing to do gives the same one back.
import { AppError } from "../errors/app-error.ts";
import {
  type Account,
  findHold,
  type Hold,
  type Payee,
  payeeId,
  requireOpen,
  withLine,
  withSettled,
} from "./account.ts";
import { requireBytes, withUsedBytes } from "./storage.ts";

/** A hold is looked at with its job after this long, in case whoever placed it died. */
export const HOLD_REVIEW_MS = 2 * 60_000;

interface Booking {
  lineId: string;
  description: string;
  now: number;
}

export interface AccountLimits {
  /** Unfinished jobs that a user may have: in all, and of those that cost nothing. */
  maxActiveJobs: number;
  maxActiveFreeJobs: number;
  /** Bytes that a user's files may take, unless the account says otherwise. */
  maxStoredBytes: number;
}

/**
 * Throws what a caller is told: 401 for a closed account, 402 without the credits, 507 with no room left in the store, 429 with too many
 * unfinished jobs. Writes nothing itself.
 */
export function requireRoom(account: Account, amount: number, limits: AccountLimits): void {
  const { maxActiveFreeJobs } = limits;
  requireOpen(account);
  if (account.balance < 0) {
    throw new AppError("insufficient_credits", {
      message: `The balance is ${account.balance}: a payment was taken back whose credits are spent. Nothing is made, not even what costs nothing, until credits are added.`,
    });
  }
  if (account.balance < amount) {
    throw new AppError("insufficient_credits", {
      message: `This costs ${amount} credit${amount === 1 ? "" : "s"} and the balance is ${account.balance}. Redeem a code to add credits.`,
    });
  }
  requireBytes(account, limits.maxStoredBytes);
  if (account.holds.length >= limits.maxActiveJobs) {
    throw new AppError("rate_limited", {
      message: `There are ${account.holds.length} unfinished jobs already, and ${limits.maxActiveJobs} are allowed. Wait until one has ended.`,
      retryAfterMs: 5000,
    });
  }
  const free = account.holds.filter((hold) => hold.amount === 0).length;
  if (amount === 0 && free >= maxActiveFreeJobs) {
    throw new AppError("rate_limited", {
      message: `There are ${free} unfinished jobs that cost nothing already, and ${maxActiveFreeJobs} are allowed. Wait until one has ended, or ask for one that is paid.`,
      retryAfterMs: 5000,
    });
  }
}

/** `expiresAt` absent: it is looked at soon, in case whoever placed it died. */
export type NewHold = Payee & Omit<Hold, "expiresAt" | keyof Payee> & { expiresAt?: number };

/** Sets credits aside: balance down, hold and `charge` line added, in one account. */
export function placeHold(account: Account, hold: NewHold, booking: Booking): Account {
  const charged = withLine(account, {
    id: booking.lineId,
    type: "charge",
    amount: -hold.amount,
    ...payeeOf(hold),
    round: hold.round,
    description: booking.description,
    createdAt: booking.now,
  });
  return {
    ...charged,
    holds: [...charged.holds, { ...hold, expiresAt: hold.expiresAt ?? booking.now + HOLD_REVIEW_MS }],
    jobs: charged.jobs + (hold.isFirst ? 1 : 0),
  };
}

/**
 * Takes `captured` of a hold for good and gives the rest back as a `refund` line; of the room that it has, `keptBytes` count as used from now
 * on and the rest is free. A hold that is gone was settled already.
 */
export function settleHold(
  account: Account,
  settlement: { id: string; round: number; captured: number; keptBytes: number; jobExists: boolean },
  booking: Booking,
): Account {
  const hold = findHold(account, settlement.id, settlement.round);
  if (!hold) return account;
  const captured = Math.min(settlement.captured, hold.amount);
  const isUncounted = hold.isFirst && !settlement.jobExists;
  const others = account.holds.filter((other) => other !== hold);
  const heir = isUncounted ? others.find((other) => payeeId(other) === settlement.id) : undefined;
  const without: Account = {
    ...account,
    // A job that was never started does not count; unless a later round of it has a hold, which then counts in its place.
    holds: heir ? others.map((other) => (other === heir ? { ...other, isFirst: true } : other)) : others,
    spent: account.spent + captured,
    jobs: account.jobs - (isUncounted && !heir ? 1 : 0),
  };
  return withLine(withUsedBytes(withSettled(without, hold), settlement.keptBytes), {
    id: booking.lineId,
    type: "refund",
    amount: hold.amount - captured,
    ...payeeOf(hold),
    round: hold.round,
    description: booking.description,
    createdAt: booking.now,
  });
}

export function extendHold(account: Account, hold: Hold, expiresAt: number): Account {
  const holds = account.holds.map((other) =>
    payeeId(other) === payeeId(hold) && other.round === hold.round ? { ...other, expiresAt } : other,
  );
  return { ...account, holds };
}

function payeeOf({ jobId, productionId }: Payee): { jobId: string } | { productionId: string } {
  return jobId === undefined ? { productionId } : { jobId };
}
