// Which jobs a month has, and what is counted of each.
import { expect, test } from "vitest";
import type { LedgerLine } from "../../shared/credits/account.ts";
import type { Job } from "../../shared/jobs/job.ts";
import { createMargin } from "../../shared/jobs/money/margin.ts";
import { worlds } from "./fixture.ts";

const open = worlds();

const ended = (job: Job, fields: Partial<Job>): Job => ({ ...job, outcome: "completed", captured: 10, ...fields });
const at = (time: string) => Date.parse(time);

test("a job belongs to the month in UTC in which it ended; what has not ended, and what was drawn dry, to none", async () => {
  const job = await (await open()).create();
  const margin = createMargin("2026-11");
  const jobs = [
    ended(job, { completedAt: at("2026-10-31T23:59:59.999Z") }),
    ended(job, { completedAt: at("2026-11-01T00:00:00.000Z") }),
    ended(job, { completedAt: at("2026-11-30T23:59:59.999Z") }),
    ended(job, { completedAt: at("2026-12-01T00:00:00.000Z") }),
    ended(job, { completedAt: at("2026-11-15T00:00:00.000Z"), dryRun: true, providerCost: { USD: 9 } }),
    { ...job, providerCost: { USD: 9 } },
  ];
  margin.add({ jobs, lines: [] });
  expect(margin.rows()).toMatchObject([{ name: "scripted/scripted", completed: 2, credits: 20, said: {} }]);
});

test("what was given back of a deleted job was not earned; a line in two places counts twice for nobody", async () => {
  const line = (id: string, jobId: string | undefined, amount: number): LedgerLine => ({
    ...{ n: 1, id, type: "charge", amount, balanceBefore: 0, balanceAfter: 0, description: "" },
    ...(jobId !== undefined && { jobId }),
    createdAt: at("2026-11-10T00:00:00.000Z"),
  });
  const partly = [line("1", "a", -20), line("2", "a", 5), line("2", "a", 5)];
  const whole = [line("3", "b", -20), line("4", "b", 20)];
  const margin = createMargin("2026-11");
  margin.add({ jobs: [], lines: [...partly, ...whole, line("5", undefined, 100)] });
  expect(margin.rows()).toMatchObject([{ name: "jobs that were deleted", completed: 1, credits: 15 }]);
});
