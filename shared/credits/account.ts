// A user's credits and room in the store: one item that holds the balance, what is set aside, and the newest lines of the ledger.
import { AppError } from "../errors/app-error.ts";
import { dueShard } from "../ports/due.ts";
import type { Item, ItemKey, JsonObject, NewItem, Table } from "../ports/table.ts";

/** What credits are set aside for: a job, or a production, which pays its own jobs out of its hold. */
export type Payee = { jobId: string; productionId?: undefined } | { productionId: string; jobId?: undefined };

/** Credits set aside for one round of one job or production. There is at most one hold a round; one that costs nothing has a hold of 0. */
export type Hold = Payee & HoldTerms;

interface HoldTerms {
  round: number;
  /** Credits, 0 or more. */
  amount: number;
  /** Epoch milliseconds at which a timer looks at the hold together with its job. */
  expiresAt: number;
  /** True for the first hold that the job ever had: it raised `jobs`. */
  isFirst: boolean;
  /** Room that is set aside in the store for what the round delivers. Absent: none yet. */
  bytes?: number;
}

export interface LedgerLine {
  /** Running number, from 1 without gaps. */
  n: number;
  id: string;
  type: "charge" | "refund" | "redeem" | "grant" | "purchase" | "reversal";
  /** Credits, signed; all lines of an account add up to its balance. */
  amount: number;
  balanceBefore: number;
  balanceAfter: number;
  jobId?: string;
  productionId?: string;
  /** Whose money it was. */
  orderId?: string;
  round?: number;
  description: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** A user who is being deleted, or has been. There is no way back. */
export interface Deletion {
  /** All times are epoch milliseconds. */
  requestedAt: number;
  /** When everything was first found to be gone. */
  sweptAt: number | null;
  /** When a timer goes on with it; null when it is over. */
  dueAt: number | null;
}

export interface Account {
  userId: string;
  /** Credits that can be spent. Below 0 when money went back whose credits are spent already. */
  balance: number;
  /** All that was ever granted, redeemed or bought, less what was taken back with its money. */
  earned: number;
  /** All that was ever captured. */
  spent: number;
  holds: Hold[];
  /** Codes whose credits are in the ledger, while the codes themselves are not yet marked as done. */
  markers: string[];
  /** The newest lines, in the order of their numbers; older ones are in `ledger#{seq}` items. */
  lines: LedgerLine[];
  nextLine: number;
  nextSeq: number;
  /** Jobs that were ever started (had a hold), without those that were deleted. */
  jobs: number;
  /** Bytes of the files that are kept for the user. Absent on an account of a version that did not count, until they are counted. */
  usedBytes?: number;
  /** The operator's exception: what this user may use, whatever the setting says. */
  maxBytes?: number;
  /** Room for uploads that are not final yet (credits/storage), by id and as short as it can be: there are up to twenty. Absent: none. */
  uploads?: Record<string, [bytes: number, until: number]>;
  /**
   * Sort keys of deleted items that were taken out of the account, and of orders with the number of a booking that is in it, while they do not
   * say so themselves yet (credits/give-back, credits/orders).
   */
  givenBack?: string[];
  /** Jobs that were paid for and then deleted, and what they had captured: their lines stay in the ledger. */
  deletedJobs?: { jobs: number; spent: number };
  /** Whose holds were settled lately, the newest last: the live feed of everything goes on behind their number (`productions/reading/user-feed`). */
  settled?: Settled;
  /** Present from the moment that the account is closed: nothing is set aside or given in it any more. */
  deletion?: Deletion;
}

/** `n`: how many holds were ever settled while they were counted; the last of `ids` is the one of that number. */
export interface Settled {
  n: number;
  /** `job#…` and `production#…`, as the table has them. */
  ids: readonly string[];
}

/** Who has missed more of them than this many is told to read the lists anew. 32 take 1.5 KB of the account. */
const MOST_SETTLED = 32;

export interface StoredAccount {
  account: Account;
  version: number;
}

export function accountKey(userId: string): ItemKey {
  return { partition: `user#${userId}`, sort: "account" };
}

/** A new user's account, with the welcome credits as its first line. */
export function newAccountItem(options: {
  userId: string;
  lineId: string;
  welcomeCredits: number;
  now: number;
}): NewItem {
  const empty: Account = {
    userId: options.userId,
    balance: 0,
    earned: 0,
    spent: 0,
    holds: [],
    markers: [],
    lines: [],
    nextLine: 1,
    nextSeq: 0,
    jobs: 0,
    usedBytes: 0,
  };
  return accountItem(
    withLine(empty, {
      id: options.lineId,
      type: "grant",
      amount: options.welcomeCredits,
      description: "Welcome",
      createdAt: options.now,
    }),
  );
}

/** Null for a user who does not exist. */
export async function readAccount(table: Table, userId: string): Promise<StoredAccount | null> {
  const item = await table.get(accountKey(userId));
  return item && accountOf(item);
}

export function accountOf(item: Item): StoredAccount {
  return { account: item.data as unknown as Account, version: item.version };
}

export function accountItem(account: Account): NewItem {
  const at = dueAt(account);
  return {
    ...accountKey(account.userId),
    data: account as unknown as JsonObject,
    due: at === null ? undefined : { kind: "account", shard: dueShard(account.userId), at },
  };
}

/** Throws `unauthenticated` once the account is closed: its user is gone, whatever is still under way in their name. */
export function requireOpen(account: Account): void {
  if (account.deletion) throw new AppError("unauthenticated");
}

/** Credits that are set aside. */
export function heldCredits(account: Account): number {
  return account.holds.reduce((sum, hold) => sum + hold.amount, 0);
}

/** `id`: of the job or production. */
export function findHold(account: Account, id: string, round: number): Hold | undefined {
  return account.holds.find((hold) => payeeId(hold) === id && hold.round === round);
}

/** As its item is called in the table. */
export function payeeName(payee: Payee): string {
  return payee.jobId === undefined ? `production#${payee.productionId}` : `job#${payee.jobId}`;
}

/** Counted in the very write that settles a hold, so that no crash and no clock loses one. */
export function withSettled(account: Account, payee: Payee): Account {
  const { n, ids } = account.settled ?? { n: 0, ids: [] };
  return { ...account, settled: { n: n + 1, ids: [...ids, payeeName(payee)].slice(-MOST_SETTLED) } };
}

export function payeeId(payee: Payee): string {
  return payee.jobId ?? payee.productionId;
}

/** What is earned changes with these; a reversal takes from it. */
const earning: ReadonlySet<LedgerLine["type"]> = new Set(["grant", "redeem", "purchase", "reversal"]);

/** Adds a line and moves the balance by its amount. A line of 0 is not written. Only a reversal takes the balance below 0. */
export function withLine(account: Account, line: Omit<LedgerLine, "n" | "balanceBefore" | "balanceAfter">): Account {
  if (line.amount === 0) return account;
  const balanceAfter = account.balance + line.amount;
  const isTooLow = balanceAfter < 0 && line.amount < 0 && line.type !== "reversal";
  if (!Number.isSafeInteger(balanceAfter) || isTooLow) {
    throw new AppError("internal", { message: "A ledger line would take the balance out of its range." });
  }
  return {
    ...account,
    balance: balanceAfter,
    earned: account.earned + (earning.has(line.type) ? line.amount : 0),
    lines: [...account.lines, { ...line, n: account.nextLine, balanceBefore: account.balance, balanceAfter }],
    nextLine: account.nextLine + 1,
  };
}

/** Markers are looked at soon: they stand for a redemption that a crash may have left half done. */
function dueAt(account: Account): number | null {
  const times = account.holds.map((hold) => hold.expiresAt);
  times.push(...Object.values(account.uploads ?? {}).map(([, until]) => until));
  if (account.markers.length > 0 || (account.givenBack ?? []).length > 0) times.push(0);
  if (typeof account.deletion?.dueAt === "number") times.push(account.deletion.dueAt);
  return times.length === 0 ? null : Math.min(...times);
}
