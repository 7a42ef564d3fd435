// The rules of the ledger, held against one user's account, lines and jobs as they were at one moment. Pure: nothing is repaired.
import { type Account, type Hold, heldCredits, type LedgerLine } from "../../credits/account.ts";
import { isGivenBack } from "../../credits/give-back.ts";
import { HOLD_REVIEW_MS } from "../../credits/holds.ts";
import { type Order, orderPrefix } from "../../credits/orders/order.ts";
import { isUuidV7 } from "../../ports/ids.ts";
import type { Upload } from "../../uploads/upload.ts";
import type { Job } from "../job.ts";
import { isSettled } from "../states.ts";
import { bytesOfJob, bytesOfUpload, isGone } from "./count-storage.ts";

export interface UserLedger {
  account: Account;
  /** The lines of the user's `ledger#` items, in any order. */
  olderLines: readonly LedgerLine[];
  /** Every job of the user; gone through once. */
  jobs: Iterable<Job>;
  /** Every upload of the user; gone through once. */
  uploads: Iterable<Upload>;
  /** Every order of the user. */
  orders?: readonly Order[] | undefined;
  /** Of files that neither a job nor an upload keeps: those of productions. */
  extraBytes?: number | undefined;
}

/**
 * What does not add up, a sentence each; empty when all does. `now` is epoch milliseconds. A state between two steps of a job is no
 * difference: the hold of a job that was just ended, or one that a crash left and that a timer has yet to look at.
 *
 * Together the rules give each balance a second time: what was granted, less what completed jobs captured, less what is held.
 */
export function checkLedger(
  { account, olderLines, jobs, uploads, orders, extraBytes }: UserLedger,
  now: number,
): string[] {
  const { lines, differences } = numbered(account, olderLines);
  const stored = storedBytes(account, extraBytes);
  return [
    ...differences,
    ...checkChain(lines),
    ...checkTotals(account, lines),
    ...checkJobs(account, lines, passing(jobs, stored.addJob), now),
    ...checkOrders(account, lines, orders ?? []),
    ...stored.check(uploads),
  ];
}

/** What the files of the user take, by the records. A deleted user's go one after the other, and nobody counts any more. */
function storedBytes(account: Account, extraBytes = 0) {
  let bytes = extraBytes;
  return {
    addJob(job: Job) {
      bytes += bytesOfJob(account, job);
    },
    check(uploads: Iterable<Upload>): string[] {
      for (const upload of uploads) bytes += bytesOfUpload(account, upload);
      const { usedBytes, deletion } = account;
      if (usedBytes === undefined || deletion || usedBytes === bytes) return [];
      return [`the files take ${bytes} bytes, but the account says ${usedBytes}`];
    },
  };
}

function* passing<T>(all: Iterable<T>, look: (each: T) => void): Generator<T> {
  for (const each of all) {
    look(each);
    yield each;
  }
}

/** The lines in the order of their numbers. One that is both in the account and in a batch that a crash left is there once. */
function numbered(account: Account, olderLines: readonly LedgerLine[]) {
  const byNumber = new Map<number, LedgerLine>();
  const differences: string[] = [];
  for (const line of [...olderLines, ...account.lines]) {
    const other = byNumber.get(line.n);
    if (other && (other.id !== line.id || other.amount !== line.amount)) {
      differences.push(`line ${line.n} is there twice, and not the same`);
    } else byNumber.set(line.n, line);
  }
  const lines = [...byNumber.values()].toSorted((a, b) => a.n - b.n);
  let expected = 1;
  for (const { n } of lines) {
    if (n > expected) differences.push(missing(expected, n - 1));
    expected = n + 1;
  }
  if (expected < account.nextLine) differences.push(missing(expected, account.nextLine - 1));
  if (expected > account.nextLine)
    differences.push(`line ${expected - 1} is there, but the account's next one is line ${account.nextLine}`);
  return { lines, differences };
}

function missing(first: number, last: number): string {
  return first === last ? `line ${first} is missing` : `lines ${first} to ${last} are missing`;
}

/** Each line begins where the one before it ended. Behind a gap nothing can be said. */
function checkChain(lines: readonly LedgerLine[]): string[] {
  return lines.flatMap((line, i) => {
    const { n, type, amount, balanceBefore, balanceAfter } = line;
    const before = lines[i - 1];
    const start = n === 1 ? 0 : before?.n === n - 1 ? before.balanceAfter : balanceBefore;
    return [
      ...(balanceBefore === start ? [] : [`line ${n} begins at ${balanceBefore}, but ${start} were there`]),
      ...(balanceBefore + amount === balanceAfter
        ? []
        : [`line ${n} goes from ${balanceBefore} to ${balanceAfter} with an amount of ${amount}`]),
      ...(amount < 0 === (type === "charge" || type === "reversal") && amount !== 0
        ? []
        : [`line ${n} is a ${type} of ${amount}`]),
    ];
  });
}

function checkTotals(account: Account, lines: readonly LedgerLine[]): string[] {
  const { balance, earned, spent } = account;
  const held = heldCredits(account);
  const linesSum = sum(lines);
  const earnedSum = sum(lines.filter(({ type }) => type !== "charge" && type !== "refund"));
  const reversed = 0 - sum(lines.filter(({ type }) => type === "reversal"));
  return [
    ...(linesSum === balance ? [] : [`the lines add up to ${linesSum}, but the balance is ${balance}`]),
    ...(earnedSum === earned ? [] : [`grants, codes and orders add up to ${earnedSum}, but ${earned} were earned`]),
    ...(balance + held + spent === earned
      ? []
      : [`balance ${balance} + held ${held} + spent ${spent} = ${balance + held + spent}, but ${earned} were earned`]),
    // Only what was taken back with its money takes it below 0, and no further than that.
    ...(balance >= -reversed ? [] : [`the balance is ${balance}`]),
  ];
}

/** What is booked of an order stands in its lines; the next booking may, while the account has its marker. Nothing is given in a closed account. */
function checkOrders(account: Account, lines: readonly LedgerLine[], orders: readonly Order[]): string[] {
  const known = new Map(orders.map((order) => [order.id, order]));
  const strange = lines.flatMap(({ n, orderId }) =>
    orderId === undefined || known.has(orderId) ? [] : `line ${n} is of order ${orderId}, which is not there`,
  );
  const wrong = orders.flatMap((order) => {
    const isMarked = isGivenBack(account, `${orderPrefix}${order.id}#${order.booked + 1}`);
    const bookings = order.bookings.slice(0, order.booked + (isMarked ? 1 : 0));
    const expected = bookings.map(({ amount }) => amount).filter((amount) => !account.deletion || amount < 0);
    const found = lines.filter(({ orderId }) => orderId === order.id).map(({ amount }) => amount);
    const given = account.deletion ? found.filter((amount) => amount < 0) : found;
    if (given.join() === expected.join()) return [];
    return `order ${order.id}: its lines are ${given.join(", ") || "none"}, but it has booked ${expected.join(", ") || "nothing"}`;
  });
  return [...strange, ...wrong];
}

function checkJobs(account: Account, lines: readonly LedgerLine[], jobs: Iterable<Job>, now: number): string[] {
  const booked = bookedByJob(account, lines);
  const differences: string[] = [];
  let paidJobs = 0;
  for (const job of jobs) {
    if (isGone(account, job)) continue;
    const own = booked.get(job.id) ?? { lines: [], holds: [] };
    booked.delete(job.id);
    if (!isUuidV7(job.id)) differences.push(`job ${job.id}: its id is no UUIDv7: only the timer finds it`);
    if (job.paidRound > 0 || own.holds.some(({ isFirst }) => isFirst)) paidJobs++;
    const last = Math.max(
      job.round,
      ...own.lines.map(({ round = 1 }) => round),
      ...own.holds.map(({ round }) => round),
    );
    for (let round = 1; round <= last; round++) {
      const found = checkRound(job, round, ofRound(own, round), now);
      differences.push(...found.map((text) => `job ${job.id}, round ${round}: ${text}`));
    }
  }
  differences.push(...checkDeleted(account, booked));
  if (account.jobs !== paidJobs)
    differences.push(`${paidJobs} jobs were paid for, but the account counts ${account.jobs}`);
  return differences;
}

/** Lines of jobs that are not there: those of deleted jobs, of which the account knows how many there are and what they had captured. */
function checkDeleted({ deletedJobs }: Account, booked: ReadonlyMap<string, Booked>): string[] {
  const { jobs: deleted, spent } = deletedJobs ?? { jobs: 0, spent: 0 };
  const all = [...booked];
  const captured = 0 - sum(all.flatMap(([, { lines }]) => lines));
  const isExplained = all.length <= deleted && captured === spent;
  const suspects = all.filter(([, { lines, holds }]) => holds.length > 0 || (!isExplained && sum(lines) !== 0));
  const missing = suspects.map(([id]) => `job ${id}: there is no such job, but credits were taken for it`);
  if (isExplained || deleted === 0) return missing;
  const both = `the lines of jobs that are not there add up to ${0 - captured}, but deleted jobs had captured ${spent}`;
  return [both, ...missing];
}

interface Booked {
  lines: LedgerLine[];
  holds: Hold[];
}

function bookedByJob(account: Account, lines: readonly LedgerLine[]): Map<string, Booked> {
  const booked = new Map<string, Booked>();
  const of = (jobId: string) => {
    const own = booked.get(jobId) ?? { lines: [], holds: [] };
    booked.set(jobId, own);
    return own;
  };
  for (const line of lines) if (line.jobId !== undefined) of(line.jobId).lines.push(line);
  for (const hold of account.holds) if (hold.jobId !== undefined) of(hold.jobId).holds.push(hold);
  return booked;
}

function ofRound({ lines, holds }: Booked, round: number): Booked {
  return { lines: lines.filter((line) => line.round === round), holds: holds.filter((hold) => hold.round === round) };
}

function checkRound(job: Job, round: number, { lines, holds }: Booked, now: number): string[] {
  const differences: string[] = [];
  for (const type of ["charge", "refund"] as const) {
    const count = lines.filter((line) => line.type === type).length;
    if (count > 1) differences.push(`there are ${count} lines of type ${type}`);
  }
  if (holds.length > 1) differences.push(`there are ${holds.length} holds`);
  const cost = job.price * job.request.n;
  const charge = lines.find(({ type }) => type === "charge");
  if (charge && charge.amount !== -cost) differences.push(`${-charge.amount} were charged instead of ${cost}`);
  const [hold] = holds;
  const difference = hold ? checkHeld(job, hold, lines, now) : checkSettled(job, round, lines);
  return difference === null ? differences : [...differences, difference];
}

/** A hold stands for what was charged and is not decided yet. */
function checkHeld(job: Job, hold: Hold, lines: readonly LedgerLine[], now: number): string | null {
  const net = sum(lines);
  if (net !== -hold.amount) return `${hold.amount} are held, but its lines add up to ${net}`;
  const isUnfinished = hold.round === job.round && !isSettled(job);
  const isReviewed = hold.expiresAt + HOLD_REVIEW_MS > now;
  if (isUnfinished || (isReviewed && hold.round <= job.round)) return null;
  const why = hold.round === job.round ? `it is ${job.outcome}` : `the job is in round ${job.round}`;
  return `${hold.amount} are still held, but ${why}`;
}

/** Without a hold: captured when the round completed the job, else given back or never charged. */
function checkSettled(job: Job, round: number, lines: readonly LedgerLine[]): string | null {
  const net = sum(lines);
  if (round > job.round) return net === 0 ? null : `its lines add up to ${net}, but the job is in round ${job.round}`;
  const isCurrent = round === job.round;
  if (isCurrent && job.outcome === null && job.paidRound === round)
    return "it is unfinished, but nothing is held for it";
  const captured = isCurrent && job.outcome === "completed" ? job.captured : 0;
  if (net === -captured) return null;
  const state = isCurrent ? (job.outcome ?? "not paid for") : "over";
  return `it is ${state}, so its lines should add up to ${0 - captured}, not ${net}`;
}

function sum(lines: readonly LedgerLine[]): number {
  return lines.reduce((total, { amount }) => total + amount, 0);
}
