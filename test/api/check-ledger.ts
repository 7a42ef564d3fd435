// Whether a user's money adds up, as far as the API shows it.
import { expect } from "vitest";
import { creditsOf, hasEnded, listAll, type ShownJob, type User } from "./user.ts";

/** To be called while nothing of the user's changes. Answers what it found, for further looks. */
export async function checkLedger(user: User): Promise<{ lines: ShownJob[]; jobs: ShownJob[]; balance: number }> {
  const { balance, held, totalEarned, totalSpent } = await creditsOf(user);
  const { items: lines, total } = await listAll(user, "/credits/transactions", 7);
  const { items: jobs, total: jobCount } = await listAll(user, "/jobs");

  expect([total, new Set(lines.map((line) => line.id)).size]).toEqual([lines.length, lines.length]);
  expect([jobCount, new Set(jobs.map((job) => job.id)).size]).toEqual([jobs.length, jobs.length]);
  checkChain(lines.toReversed(), balance);
  expect(sum(lines)).toBe(balance);
  expect(Math.min(balance, held)).toBeGreaterThanOrEqual(0);
  expect(balance + held + totalSpent).toBe(totalEarned);
  expect(totalEarned).toBe(
    sum(lines.filter((line) => ["grant", "redeem", "purchase", "reversal"].includes(line.type))),
  );

  for (const job of jobs) checkJob(job, lines);
  expect(held).toBe(costOf(jobs.filter((job) => !hasEnded(job))));
  expect(totalSpent).toBe(costOf(jobs.filter((job) => job.status === "completed")));
  const known = new Set(jobs.map((job) => job.id));
  expect(lines.filter((line) => line.jobId !== undefined && !known.has(line.jobId))).toEqual([]);
  return { lines, jobs, balance };
}

/** `lines`: the oldest first. */
function checkChain(lines: ShownJob[], balance: number): void {
  let before = 0;
  for (const line of lines) {
    expect(line).toMatchObject({ balanceBefore: before, balanceAfter: before + line.amount });
    before = line.balanceAfter;
  }
  expect(before).toBe(balance);
}

/** An unfinished job's charge stands; a completed one's too; any other was given back. Each line is the only one of its kind and round. */
function checkJob(job: ShownJob, lines: ShownJob[]): void {
  const own = lines.filter((line) => line.jobId === job.id);
  const net = ["failed", "cancelled"].includes(job.status) ? 0 : 0 - job.cost;
  expect([job.id, job.status, sum(own)]).toEqual([job.id, job.status, net]);
  expect(new Set(own.map((line) => `${line.round} ${line.type}`)).size).toBe(own.length);
}

function sum(lines: ShownJob[]): number {
  return lines.reduce((total, line) => total + line.amount, 0);
}

function costOf(jobs: ShownJob[]): number {
  return jobs.reduce((total, job) => total + job.cost, 0);
}
