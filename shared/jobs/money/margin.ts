// What a month has earned and cost, model by model: from the jobs that ended in it, and from the ledger's lines of jobs that were deleted.
import type { LedgerLine } from "../../credits/account.ts";
import type { Job } from "../job.ts";

/** Amounts by currency. */
export type Sums = Readonly<Record<string, number>>;

export interface MarginRow {
  /** `provider/model`, or `deletedJobs`. */
  name: string;
  completed: number;
  /** Failed or cancelled. */
  others: number;
  /** How many of those have cost the operator something all the same. */
  othersWithCost: number;
  credits: number;
  /** What vendors have said that they charge. */
  said: Sums;
  /** What their lists say, where they did not. */
  reckoned: Sums;
}

export interface UserHistory {
  /** Gone through once. */
  jobs: Iterable<Job>;
  lines: Iterable<LedgerLine>;
}

export interface Margin {
  add(user: UserHistory): void;
  /** By name; without models that neither earned nor cost anything. */
  rows(): MarginRow[];
}

/** What such jobs have cost went with them. */
export const deletedJobs = "jobs that were deleted";

/** `month`: `2026-11`, in UTC. A job belongs to the month in which it ended, with what all of its attempts have cost. Dry runs are left out. */
export function createMargin(month: string): Margin {
  const rows = new Map<string, MarginRow>();
  const isThen = (at: number | null) => at !== null && new Date(at).toISOString().startsWith(month);

  return {
    add({ jobs, lines }) {
      const known = new Set<string>();
      for (const job of jobs) {
        known.add(job.id);
        if (job.dryRun || job.outcome === null || !isThen(job.completedAt)) continue;
        const name = `${job.provider}/${job.request.model}`;
        rows.set(name, withJob(rows.get(name) ?? emptyRow(name), job));
      }
      for (const { credits, at } of paidFor(lines, known)) {
        if (!isThen(at)) continue;
        const row = rows.get(deletedJobs) ?? emptyRow(deletedJobs);
        rows.set(deletedJobs, { ...row, completed: row.completed + 1, credits: row.credits + credits });
      }
    },

    rows() {
      const found = [...rows.values()].filter(({ credits, said, reckoned }) => credits > 0 || hasCost(said, reckoned));
      return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

export function plus(a: Sums, b: Sums | undefined): Sums {
  const all = [...Object.entries(a), ...Object.entries(b ?? {})];
  const sums = new Map<string, number>();
  for (const [currency, amount] of all) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, Math.round(sum * 1e6) / 1e6]));
}

function withJob(row: MarginRow, job: Job): MarginRow {
  const isCompleted = job.outcome === "completed";
  const { providerCost = {}, reckonedCost = {} } = job;
  return {
    ...row,
    completed: row.completed + (isCompleted ? 1 : 0),
    others: row.others + (isCompleted ? 0 : 1),
    othersWithCost: row.othersWithCost + (!isCompleted && hasCost(providerCost, reckonedCost) ? 1 : 0),
    credits: row.credits + (isCompleted ? job.captured : 0),
    said: plus(row.said, providerCost),
    reckoned: plus(row.reckoned, reckonedCost),
  };
}

/** Of jobs that are not there any more: what their lines add up to was captured, at about the time of their first line. */
function paidFor(lines: Iterable<LedgerLine>, known: ReadonlySet<string>): { credits: number; at: number }[] {
  const found = new Map<string, { credits: number; at: number }>();
  // A crash while lines are moved out of an account leaves them in both places.
  const once = new Map([...lines].map((line) => [line.id, line])).values();
  for (const { jobId, amount, createdAt } of once) {
    if (jobId === undefined || known.has(jobId)) continue;
    const { credits, at } = found.get(jobId) ?? { credits: 0, at: createdAt };
    found.set(jobId, { credits: credits - amount, at: Math.min(at, createdAt) });
  }
  return [...found.values()].filter(({ credits }) => credits > 0);
}

function hasCost(...sums: readonly Sums[]): boolean {
  return sums.some((each) => Object.values(each).some((amount) => amount > 0));
}

function emptyRow(name: string): MarginRow {
  return { name, completed: 0, others: 0, othersWithCost: 0, credits: 0, said: {}, reckoned: {} };
}
