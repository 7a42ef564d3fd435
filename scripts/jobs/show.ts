// One job, whole: the item, how it came there, its money, and who was told of it. What a secret may stand in is hidden: URLs with signatures,
// headers of vendors.

import type { Config } from "../../shared/config/config.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import { type Job, jobOf, readJob } from "../../shared/jobs/job.ts";
import { uncertainNotes } from "../../shared/jobs/moving/uncertain-notes.ts";
import type { Item, Table } from "../../shared/ports/table.ts";
import { createRedact } from "../../shared/runtime/telling/redact.ts";
import { type Delivery, deliveryId, deliveryOf } from "../../shared/webhooks/delivery.ts";
import { everyName, somebody } from "../everybody.ts";
import { lineOfJob, outlineOf, timeOf } from "./outline.ts";

const PAGE = 1000;
const EVERY_LINE = 1_000_000;

/** Without `who` every user is asked for it. Throws when nobody has it. */
export async function findJob(table: Table, config: Config, jobId: string, who: string | undefined): Promise<Job> {
  if (who !== undefined) {
    const { userId, email } = await somebody(table, who);
    const stored = await readJob(table, { userId, jobId });
    if (stored) return stored.job;
    throw new Error(`${email ?? userId} has no job ${jobId}.`);
  }
  for await (const userId of everyName(config, "user#")) {
    const item = await table.get({ partition: `user#${userId}`, sort: `job#${jobId}` });
    if (item) return jobOf(item).job;
  }
  throw new Error(`There is no job ${jobId}.`);
}

export async function wholeJob(table: Table, job: Job) {
  const { userId, id } = job;
  const lines = (await readLedger(table, userId, { limit: EVERY_LINE }))?.lines ?? [];
  const deliveries = await items(table, `user#${userId}`, `delivery#${id}#`);
  const uncertain = [];
  for await (const note of uncertainNotes(table)) if (note.jobId === id) uncertain.push(note);
  const ledger = lines.filter(({ jobId }) => jobId === id).toReversed();
  // Under another name: a field that is called `key` is hidden.
  const outputs = job.outputs.map(({ key: object, size, sha256 }) => ({ object, size, sha256 }));
  const whole = { ...outlineOf(job), item: job, outputs, ledger, deliveries: deliveries.map(deliveryOf), uncertain };
  return createRedact([])(whole) as typeof whole;
}

export type WholeJob = Awaited<ReturnType<typeof wholeJob>>;

async function items(table: Table, partition: string, prefix: string): Promise<Item[]> {
  return (await table.query({ partition, prefix, order: "ascending", limit: PAGE })).items;
}

export function linesOfWhole({ item: job, outputs, ledger, deliveries, uncertain }: WholeJob): string[] {
  const { request, error, deadlineAt, dueAt, lease, looks, attempt, round, retries } = job;
  return [
    lineOfJob(job),
    `  asked for: ${job.operation}, ${request.n} of ${request.model}, ${job.price} credits each${job.dryRun ? ", a dry run" : ""}`,
    `  round ${round}, ${retries} retries, attempt ${attempt}, deadline ${timeOf(deadlineAt)}`,
    `  next step: ${dueAt === null ? "none" : timeOf(dueAt)}; looks without progress: ${looks}; ${leaseText(lease)}`,
    ...(error ? [`  error: ${error.type}: ${error.message}`] : []),
    ...(job.fallbackFrom ? [`  was with ${job.fallbackFrom.provider}/${job.fallbackFrom.model} before`] : []),
    ...(job.taskIds.length > 0 ? [`  tasks at ${job.provider}: ${job.taskIds.join(", ")}`] : []),
    ...costLines(job),
    "  history:",
    ...job.feed.map(({ at, status, stage, progress }) => `    ${timeOf(at)} ${status}, ${stage}, ${progress} %`),
    ...(outputs.length > 0 ? ["  outputs:"] : []),
    ...outputs.map(({ object, size, sha256 }) => `    ${object}, ${size} bytes, sha256 ${sha256}`),
    ...(ledger.length > 0 ? ["  ledger:"] : []),
    ...ledger.map(({ n, createdAt, type, amount, balanceAfter }) => {
      return `    ${n}. ${timeOf(createdAt)} ${type} ${amount}, balance ${balanceAfter}`;
    }),
    ...deliveries.map((delivery) => `  webhook ${deliveryText(delivery)}`),
    ...uncertain.map(({ reference, doneAt }) => `  uncertain: ${reference}${doneAt === null ? "" : ", done"}`),
  ];
}

function leaseText(lease: Job["lease"]): string {
  return lease ? `somebody has it until ${timeOf(lease.until)}` : "nobody has it";
}

function costLines({ providerCost, reckonedCost }: Job): string[] {
  const text = (sums: Readonly<Record<string, number>>) =>
    Object.entries(sums)
      .map(([currency, amount]) => `${amount} ${currency}`)
      .join(" + ");
  return [
    ...(providerCost ? [`  the vendor charged ${text(providerCost)}`] : []),
    ...(reckonedCost ? [`  by the vendor's list: ${text(reckonedCost)}`] : []),
  ];
}

function deliveryText(delivery: Delivery): string {
  const { status, attempts, lastStatus, lastError } = delivery;
  const last = lastError ?? (lastStatus === null ? "no answer yet" : `answered ${lastStatus}`);
  return `${deliveryId(delivery)}: ${status}, ${attempts} tries, ${last}`;
}
