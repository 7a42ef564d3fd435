import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account, Hold, LedgerLine } from "../../shared/credits/account.ts";
import type { Job } from "../../shared/jobs/job.ts";
import { checkLedger, type UserLedger } from "../../shared/jobs/money/check-ledger.ts";
import { type BusyUser, makeBusyUser } from "./busy-user.ts";

type Read = UserLedger & { jobs: Job[] };

let busy: BusyUser;
let healthy: Read;

beforeAll(async () => {
  busy = await makeBusyUser();
  healthy = await busy.read();
});
afterAll(() => busy.close());

test("the busy user has lived through every ending, so that a healthy ledger says something", () => {
  const { account, olderLines, jobs } = healthy;
  const lived = jobs.map(({ outcome, round, captured }) => `${outcome} in round ${round} for ${captured}`);
  expect(lived).toEqual(
    expect.arrayContaining([
      "completed in round 1 for 5",
      "completed in round 1 for 10",
      "completed in round 2 for 5",
      "failed in round 1 for 0",
      "cancelled in round 1 for 0",
      "null in round 1 for 0",
    ]),
  );
  expect(account.holds.map(({ amount }) => amount)).toEqual([5, 0]);
  expect(olderLines.length).toBeGreaterThanOrEqual(16);
  expect([...olderLines, ...account.lines].map(({ type }) => type)).toContain("redeem");
});

test("a healthy ledger has no differences", () => {
  expect(checkLedger(healthy, Date.now())).toEqual([]);
});

test("a batch whose lines are still in the account, as a crash between the two writes leaves it, is no difference", () => {
  const { account, olderLines } = healthy;
  const twice = { ...healthy, olderLines: [...olderLines, ...account.lines.slice(0, 4)] };
  expect(checkLedger(twice, Date.now())).toEqual([]);
});

/** What is changed, and what is said of it; a job's id reads as `J`. */
const damages: [name: string, damage: (ledger: Read) => void, ...says: string[]][] = [
  [
    "a balance that no line explains",
    ({ account }) => {
      account.balance += 7;
    },
    "the lines add up to 170, but the balance is 177",
    "balance 177 + held 5 + spent 75 = 257, but 250 were earned",
  ],
  [
    "a balance below zero",
    ({ account }) => {
      account.balance -= 171;
    },
    "the lines add up to 170, but the balance is -1",
    "balance -1 + held 5 + spent 75 = 79, but 250 were earned",
    "the balance is -1",
  ],
  [
    "spent credits that no job captured",
    ({ account }) => {
      account.spent += 1;
    },
    "balance 170 + held 5 + spent 76 = 251, but 250 were earned",
  ],
  [
    "earned credits that nobody granted",
    ({ account }) => void Object.assign(account, { earned: 300, spent: 125 }),
    "grants, codes and orders add up to 250, but 300 were earned",
  ],
  [
    "a batch that was lost",
    (ledger) => {
      ledger.olderLines = ledger.olderLines.filter(({ n }) => n > 8);
    },
    "lines 1 to 8 are missing",
    "the lines add up to 5, but the balance is 170",
    "grants, codes and orders add up to 50, but 250 were earned",
    ...Array<string>(7).fill("job J, round 1: it is completed, so its lines should add up to -5, not 0"),
  ],
  [
    "a line that was lost",
    ({ account }) => void account.lines.pop(),
    "line 24 is missing",
    "the lines add up to 120, but the balance is 170",
    "grants, codes and orders add up to 200, but 250 were earned",
  ],
  [
    "a line behind the last one",
    ({ account }) => {
      account.nextLine -= 1;
    },
    "line 24 is there, but the account's next one is line 24",
  ],
  [
    "two lines with one number",
    ({ account }) => {
      lastLine(account.lines).n = 8;
    },
    "line 8 is there twice, and not the same",
    "line 24 is missing",
    "the lines add up to 120, but the balance is 170",
    "grants, codes and orders add up to 200, but 250 were earned",
  ],
  [
    "an amount that was changed",
    ({ account }) => {
      lastLine(account.lines).amount = 51;
    },
    "line 24 goes from 120 to 170 with an amount of 51",
    "the lines add up to 171, but the balance is 170",
    "grants, codes and orders add up to 251, but 250 were earned",
  ],
  [
    "a line that does not begin where the one before it ended",
    ({ account }) => void Object.assign(lastLine(account.lines), { balanceBefore: 121, balanceAfter: 171 }),
    "line 24 begins at 121, but 120 were there",
  ],
  [
    "a line with the wrong sign",
    ({ account }) => {
      lastLine(account.lines).type = "charge";
    },
    "line 24 is a charge of 50",
    "grants, codes and orders add up to 200, but 250 were earned",
  ],
  [
    "a round that was charged twice",
    (ledger) => append(ledger, lineOf(ledger, isCompleted, "charge")),
    "job J, round 1: there are 2 lines of type charge",
    "job J, round 1: it is completed, so its lines should add up to -5, not -10",
  ],
  [
    "a round that was given back twice",
    (ledger) =>
      append(
        ledger,
        lineOf(ledger, ({ outcome }) => outcome === "cancelled", "refund"),
      ),
    "job J, round 1: there are 2 lines of type refund",
    "job J, round 1: it is cancelled, so its lines should add up to 0, not 5",
  ],
  [
    "a completed job that was given back",
    (ledger) => append(ledger, { ...lineOf(ledger, isCompleted, "charge"), type: "refund", amount: 5 }),
    "job J, round 1: it is completed, so its lines should add up to -5, not 0",
  ],
  [
    "a failed job that was not given back",
    ({ account, jobs }) => {
      Object.assign(jobWhere(jobs, isRunning), { phase: "closed", outcome: "failed" });
      account.holds.shift();
      account.spent += 5;
    },
    "job J, round 1: it is failed, so its lines should add up to 0, not -5",
  ],
  [
    "a completed job that captured something else",
    ({ jobs }) => {
      jobWhere(jobs, isCompleted).captured = 4;
    },
    "job J, round 1: it is completed, so its lines should add up to -4, not -5",
  ],
  [
    "a charge that is not the price",
    ({ jobs }) => {
      jobWhere(jobs, isCompleted).price = 6;
    },
    "job J, round 1: 5 were charged instead of 6",
  ],
  [
    "a line of a round that never was",
    (ledger) => append(ledger, { ...lineOf(ledger, isCompleted, "charge"), round: 2 }),
    "job J, round 2: its lines add up to -5, but the job is in round 1",
  ],
  [
    "a hold whose job has ended",
    ({ jobs }) => void Object.assign(jobWhere(jobs, isRunning), { phase: "closed", outcome: "completed", captured: 5 }),
    "job J, round 1: 5 are still held, but it is completed",
  ],
  [
    "a hold of an older round",
    ({ jobs }) => {
      jobWhere(jobs, isRunning).round = 2;
    },
    "job J, round 1: 5 are still held, but the job is in round 2",
  ],
  [
    "a hold that is more than was charged",
    ({ account }) => {
      holdOf(account).amount = 6;
    },
    "balance 170 + held 6 + spent 75 = 251, but 250 were earned",
    "job J, round 1: 6 are held, but its lines add up to -5",
  ],
  [
    "two holds of one round",
    ({ account }) => void account.holds.push({ ...holdOf(account) }),
    "balance 170 + held 10 + spent 75 = 255, but 250 were earned",
    "job J, round 1: there are 2 holds",
  ],
  [
    "an unfinished job without its hold",
    ({ account }) => void account.holds.shift(),
    "balance 170 + held 0 + spent 75 = 245, but 250 were earned",
    "job J, round 1: it is unfinished, but nothing is held for it",
  ],
  [
    "credits taken for a job that does not exist",
    (ledger) => {
      ledger.jobs = ledger.jobs.filter((job) => !isRunning(job));
    },
    "job J: there is no such job, but credits were taken for it",
    "17 jobs were paid for, but the account counts 18",
  ],
  [
    "a count of jobs that is wrong",
    ({ account }) => {
      account.jobs += 1;
    },
    "18 jobs were paid for, but the account counts 19",
  ],
];

describe("each damage is named", () => {
  test.each(damages)("%s", (_, damage, ...says) => {
    const damaged = structuredClone(healthy);
    damage(damaged);
    const found = checkLedger(damaged, Date.now() + 3_600_000);
    expect(found.map((text) => text.replace(/[0-9a-f-]{36}/, "J"))).toEqual(says);
  });
});

test("a hold that a crash left on a job that has ended is only named when its review is overdue", () => {
  const damaged = structuredClone(healthy);
  const hold = holdOf(damaged.account);
  Object.assign(jobWhere(damaged.jobs, isRunning), { phase: "closed", outcome: "cancelled" });
  expect(checkLedger(damaged, hold.expiresAt)).toEqual([]);
  const overdue = checkLedger(damaged, hold.expiresAt + 3_600_000);
  expect(overdue).toEqual([`job ${hold.jobId}, round 1: 5 are still held, but it is cancelled`]);
});

test("a job between its end and the settling of its hold is no difference", () => {
  const ending = structuredClone(healthy);
  Object.assign(jobWhere(ending.jobs, isRunning), { phase: "ended", outcome: "completed", captured: 5 });
  expect(checkLedger(ending, Date.now() + 3_600_000)).toEqual([]);
});

function isCompleted({ outcome, captured }: Job): boolean {
  return outcome === "completed" && captured === 5;
}

function isRunning({ phase }: Job): boolean {
  return phase === "waiting";
}

function jobWhere(jobs: Job[], isWanted: (job: Job) => boolean): Job {
  return found(jobs.find(isWanted));
}

function holdOf(account: Account): Hold {
  return found(account.holds[0]);
}

function lastLine(lines: LedgerLine[]): LedgerLine {
  return found(lines.at(-1));
}

function lineOf({ account, olderLines, jobs }: Read, isWanted: (job: Job) => boolean, type: string): LedgerLine {
  const { id } = jobWhere(jobs, isWanted);
  return found([...olderLines, ...account.lines].find((line) => line.jobId === id && line.type === type));
}

/** One more line, as if it had been written: the balance moves with it, and what was spent against it. */
function append({ account }: Read, line: LedgerLine): void {
  const { nextLine: n, balance } = account;
  const balanceAfter = balance + line.amount;
  account.lines.push({ ...line, id: `line-${n}`, n, balanceBefore: balance, balanceAfter });
  Object.assign(account, { nextLine: n + 1, balance: balanceAfter, spent: account.spent - line.amount });
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is none");
  return value;
}
