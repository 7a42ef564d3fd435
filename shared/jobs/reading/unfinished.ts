// The jobs that are under way now, by the due index: for whoever starts a server, or asks how one is.
import { DUE_SHARDS, type DueEntry, type Table } from "../../ports/table.ts";
import { type Job, jobOf } from "../job.ts";

export interface Unfinished {
  jobs: Job[];
  /** Entries that were not looked at: there are more than anybody reads. */
  more: number;
}

/** A job is in the index until it is closed; one that has ended is left out. `most`: how many items are read. */
export async function unfinishedJobs(table: Table, now: number, most: number): Promise<Unfinished> {
  const entries = await dueJobs(table, now);
  const items = await Promise.all(entries.slice(0, most).map(({ partition, sort }) => table.get({ partition, sort })));
  const jobs = items.flatMap((item) => (item ? [jobOf(item).job] : []));
  return { jobs: jobs.filter(({ outcome }) => outcome === null), more: Math.max(0, entries.length - most) };
}

/** Whatever is to be done with a job is to be done within a year. */
const LOOK_AHEAD_MS = 366 * 86_400_000;
const PAGE = 1000;

/** The first of each part of the index, the oldest first. */
async function dueJobs(table: Table, now: number): Promise<DueEntry[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const before = now + LOOK_AHEAD_MS;
  const found = await Promise.all(shards.map((shard) => table.due({ kind: "job", shard, before, limit: PAGE })));
  return found.flat().toSorted((a, b) => a.at - b.at);
}
