// The log of outputs that were handed out without the visible label that everybody else's have: whose, which and when. An item for each, written
// before the output is shown. It stands apart from its user and its job, outlives both, and goes when its time is over.
import { dueShard } from "../../ports/due.ts";
import type { ItemKey, Table } from "../../ports/table.ts";
import type { CoreDeps } from "../deps.ts";
import type { Job } from "../job.ts";

export interface LabelLogEntry {
  /** The output's name, as its metadata has it too: job, attempt and index. */
  output: string;
  userId: string;
  jobId: string;
  type: string;
  provider: string;
  model: string;
  /** `declined`: its user wanted none. `failed`: it could not be drawn, where that ends no job. */
  why: "declined" | "failed";
  /** Of the file that is kept, hex. Null where it was not known yet. */
  sha256: string | null;
  /** Epoch milliseconds. */
  at: number;
  expiresAt: number;
}

type Deps = Pick<CoreDeps, "table" | "clock">;

/** Once for each output, however often it is called. */
export async function noteUnlabelled(
  { table, clock }: Deps,
  job: Job,
  { index, ...note }: Pick<LabelLogEntry, "why" | "sha256"> & { index: number },
): Promise<void> {
  const { id: jobId, userId, type, provider, request, visibleLabel } = job;
  const at = clock.now();
  const expiresAt = at + (visibleLabel?.loggedForMs ?? 0);
  const output = nameOf(job, index);
  const entry: LabelLogEntry = { output, userId, jobId, type, provider, model: request.model, ...note, at, expiresAt };
  const due = { kind: "expiring", shard: dueShard(userId), at: expiresAt };
  await table.put({ ...keyOf(job, index), data: { ...entry }, due }, "absent");
}

/**
 * It is drawn after all, by an owner after the one that failed and stored nothing. True: there was an entry. To be called before the labelled
 * file is stored; and where another file was there before, that is the failed one's, and is to be noted again.
 */
export async function withdrawUnlabelled({ table }: Pick<Deps, "table">, job: Job, index: number): Promise<boolean> {
  const item = await table.get(keyOf(job, index));
  if (item === null || (item.data as unknown as LabelLogEntry).why !== "failed") return false;
  // Who was faster has done the same.
  await table.delete(item, { version: item.version });
  return true;
}

export async function isNoted({ table }: Pick<Deps, "table">, job: Job, index: number): Promise<boolean> {
  return (await table.get(keyOf(job, index))) !== null;
}

const PAGE = 500;
const DAY_MS = 86_400_000;
/** An entry stands where its attempt began, which may be as long before as an attempt may take. */
const LONGEST_ATTEMPT_MS = 8 * DAY_MS;

/** By the time at which their attempts began, the oldest first. `from` and `to`: epoch milliseconds; `to` is not included. */
export async function* labelLog(
  table: Table,
  { from, to }: { from: number; to: number },
): AsyncGenerator<LabelLogEntry> {
  for (const partition of partitionsOf(from - LONGEST_ATTEMPT_MS, to)) {
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const page = await table.query({ partition, prefix: "", order: "ascending", limit: PAGE, after });
      for (const item of page.items) {
        const entry = item.data as unknown as LabelLogEntry;
        if (from <= entry.at && entry.at < to) yield entry;
        after = item.sort;
      }
      isLast = page.isLast;
    }
  }
}

function nameOf({ id, attempt }: Job, index: number): string {
  return `${id}-${attempt}-${index}`;
}

/** The same whoever writes it: by what stands on the job. */
function keyOf(job: Job, index: number): ItemKey {
  return {
    partition: partitionOf(job.attemptAt),
    sort: `${String(job.attemptAt).padStart(15, "0")}-${nameOf(job, index)}`,
  };
}

/** One for each month. */
function partitionOf(time: number): string {
  return `labels#${new Date(time).toISOString().slice(0, 7)}`;
}

function partitionsOf(from: number, to: number): Set<string> {
  const partitions = new Set<string>();
  for (let time = from; time < to; time += DAY_MS) partitions.add(partitionOf(time));
  return partitions.add(partitionOf(to));
}
