// What the table and the store say of a deployment, for whoever has its settings and keys. Only the probe writes, and leaves nothing.
import type { Config } from "../../shared/config/config.ts";
import { uncertainNotes } from "../../shared/jobs/moving/uncertain-notes.ts";
import { unfinishedJobs } from "../../shared/jobs/reading/unfinished.ts";
import { type DueKind, dueKinds } from "../../shared/ports/due.ts";
import { DUE_SHARDS, type Table } from "../../shared/ports/table.ts";
import { openTable } from "../../shared/runtime/adapters/table.ts";
import { probeAll } from "../check-config/probe.ts";
import { requireThere } from "../subcommands.ts";
import { type Finding, fine, odd, reasonOf, wrong } from "./finding.ts";

const MINUTE_MS = 60_000;
/** Ticks write when they ran every five minutes; one may take a minute. */
const SILENT_MS = 8 * MINUTE_MS;
const LATE_MS = 5 * MINUTE_MS;
const PAGE = 1000;
const MOST_LOOKED_AT = 500;
/** Of ten looks without progress, after which a job is given up. */
const MANY_LOOKS = 5;

/** Kinds that are only removed when they are due: nobody waits for that. */
const removedOnly: ReadonlySet<DueKind> = new Set<DueKind>(["idempotency", "expiring"]);

export async function lookInside(config: Config): Promise<Finding[]> {
  const probes = await probeAll(config);
  const tried = probes.map(({ of, isFine, said }) => (isFine ? fine(of, said) : wrong(of, said)));
  if (probes.some(({ of, isFine }) => of === "table" && !isFine)) return tried;
  try {
    requireThere(config);
    const table = await openTable(config);
    try {
      return [...tried, ...(await lookAtTable(table, Date.now()))];
    } finally {
      await table.close();
    }
  } catch (error) {
    return [...tried, wrong("table", reasonOf(error))];
  }
}

async function lookAtTable(table: Table, now: number): Promise<Finding[]> {
  const queues = await Promise.all(dueKinds.map((kind) => lookAtQueue(table, kind, now)));
  return [
    await lookAtTimers(table, now),
    ...queues.flat(),
    ...(await lookAtJobs(table, now)),
    await lookAtNotes(table),
  ];
}

/** `tick#clock`: about the latest time at which a tick ran (jobs/timers/latest-time). */
async function lookAtTimers(table: Table, now: number): Promise<Finding> {
  const item = await table.get({ partition: "tick#clock", sort: "tick" });
  const latest = Number(item?.data.latest ?? Number.NaN);
  if (Number.isNaN(latest))
    return wrong("timers", "no timer has ever fired: jobs that a crash leaves are never taken up");
  const agoMs = now - latest;
  if (agoMs < -LATE_MS)
    return wrong("timers", `the latest tick ran ${minutes(-agoMs)} ahead of this clock: one of both is wrong`);
  return agoMs > SILENT_MS
    ? wrong(
        "timers",
        `none has fired for ${minutes(agoMs)}: see that poll-tasks and its schedule are there and enabled`,
      )
    : fine("timers", "they fire");
}

async function lookAtQueue(table: Table, kind: DueKind, now: number): Promise<Finding[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const parts = await Promise.all(shards.map((shard) => table.due({ kind, shard, before: now, limit: PAGE })));
  const due = parts.flat();
  const isMore = parts.some(({ length }) => length === PAGE);
  if (due.length === 0) return kind === "job" ? [fine("queue", "no job is due")] : [];
  const oldestMs = now - Math.min(...due.map(({ at }) => at));
  const said = `${isMore ? "at least " : ""}${due.length} due, the oldest for ${minutes(oldestMs)}`;
  if (oldestMs <= LATE_MS) return [fine(`queue ${kind}`, said)];
  return [
    removedOnly.has(kind) ? odd(`queue ${kind}`, said) : wrong(`queue ${kind}`, `${said}: timers do not keep up`),
  ];
}

async function lookAtJobs(table: Table, now: number): Promise<Finding[]> {
  const { jobs, more } = await unfinishedJobs(table, now, MOST_LOOKED_AT);
  const stuck = jobs.filter(({ looks }) => looks >= MANY_LOOKS).map(({ id }) => id);
  const count = `${jobs.length}${more > 0 ? ` or more` : ""} are unfinished`;
  if (stuck.length === 0) return [fine("jobs", count)];
  return [
    odd("jobs", `${count}; ${stuck.length} make no progress, such as ${stuck[0]}: npm run jobs -- show ${stuck[0]}`),
  ];
}

async function lookAtNotes(table: Table): Promise<Finding> {
  let count = 0;
  for await (const _ of uncertainNotes(table)) count += 1;
  return count === 0
    ? fine("uncertain", "nothing")
    : odd("uncertain", `${count} attempts may have been charged without our knowing: npm run uncertain`);
}

function minutes(ms: number): string {
  return ms < MINUTE_MS ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / MINUTE_MS)} min`;
}
