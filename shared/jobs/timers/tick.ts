// A tick of the timer: everything that is due is looked at, oldest first, fairly between users, by one caller for each part of the index.
import { createTurns, type Turns } from "../../limits/turns.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DueKind } from "../../ports/due.ts";
import type { Ids } from "../../ports/ids.ts";
import type { Log } from "../../ports/log.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { DUE_SHARDS, type DueEntry, type ItemKey, type Table } from "../../ports/table.ts";
import { latestTime } from "./latest-time.ts";
import { hasStrangeId } from "./strange-ids.ts";

interface Deps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
}

/** An entry is a hint: a handler reads the item, and decides itself whether it is due; it may be asked before. */
export type DueHandler = (key: ItemKey, signal: AbortSignal) => Promise<void>;

/** Nothing new is started after this long; the next tick comes a minute after this one began. */
const TICK_MS = 50_000;
/** A tick that dies keeps its parts from others for so long. */
export const TICK_LEASE_MS = 30_000;
/** The index is read at most this often for each part. */
const READ_EVERY_MS = 1000;
/** And at least this often while the tick goes on: what is new may be due before what was seen. */
const READ_AT_LEAST_EVERY_MS = 5000;
const PAGE = 1000;
/** So many items of one owner are served before it is the next one's turn. */
const TURN_OF_ONE_OWNER = 3;
/** Items of one kind that are served at the same time, at most half of them of one owner. Most of the time goes into waiting for a provider. */
const PARALLEL = 32;

/** What a clock that was ahead has written is due at most this long after the latest time that it had. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;
/** Kinds of which there may be many, and that are only removed when they are due: nobody waits for that. */
const onlyRemoved: ReadonlySet<string> = new Set<DueKind>(["idempotency", "expiring"]);

/**
 * Runs until nothing more falls due within the tick. Parts that another tick has taken are left to it. While the clock is behind a time
 * at which an earlier tick ran, everything in the index is served once at the beginning, due or not: it may say when it is due by that
 * earlier clock, and its handler sets it right.
 */
export async function runTick(
  deps: Deps,
  handlers: Partial<Record<DueKind, DueHandler>>,
  signal: AbortSignal,
  { parallel = PARALLEL }: { parallel?: number } = {},
): Promise<void> {
  const until = deps.clock.now() + TICK_MS;
  const latest = await latestTime(deps);
  const ended = new AbortController();
  const over = new AbortController();
  const timeIsUp = deps.clock.sleep(TICK_MS, AbortSignal.any([signal, ended.signal])).then(() => over.abort());
  const served = (Object.entries(handlers) as [DueKind, DueHandler][]).flatMap(([kind, handle]) => {
    const lookAheadTo = latest > until && !onlyRemoved.has(kind) ? latest + LONGEST_WAIT_MS : until;
    const isOver = () => over.signal.aborted || signal.aborted || deps.clock.now() >= until;
    const saw = oldestTeller(deps, kind);
    const strange = new Set<string>();
    const turns = createTurns({ places: parallel, placesForOne: Math.ceil(parallel / 2) });
    const tick: Tick = { until, lookAheadTo, timeIsUp, isOver, signal, saw, strange, turns };
    return Array.from({ length: DUE_SHARDS }, (_, shard) => servePart(deps, { kind, shard, handle }, tick));
  });
  const results = await Promise.allSettled(served);
  ended.abort();
  for (const result of results) {
    if (result.status === "rejected") deps.log.error({ error: result.reason }, "a part of a tick failed");
  }
}

interface Part {
  kind: string;
  shard: number;
  handle: DueHandler;
}

interface Tick {
  until: number;
  /** Up to this time the index is read at the beginning; later than `until` when the clock has gone back. */
  lookAheadTo: number;
  /** Resolves when the tick has lasted its time, whatever the clock says, or has to stop. */
  timeIsUp: Promise<void>;
  isOver(): boolean;
  signal: AbortSignal;
  /** Hears of what the index says at the beginning, once for each part. */
  saw(first: DueEntry[]): void;
  /** Names of items that were reported already. */
  strange: Set<string>;
  /** By owner. */
  turns: Turns;
}

/** Tells for how long the oldest item has been due, once all parts of its kind were read. Nothing is told when one cannot be. */
function oldestTeller({ clock, metrics }: Deps, kind: DueKind): Tick["saw"] {
  let unread = DUE_SHARDS;
  let oldestMs = 0;
  return ([oldest]) => {
    if (oldest) oldestMs = Math.max(oldestMs, clock.now() - oldest.at);
    unread -= 1;
    if (unread === 0) metrics.gauge("OldestDueAge", oldestMs / 1000, { kind });
  };
}

async function servePart(deps: Deps, part: Part, tick: Tick): Promise<void> {
  const first = await readDue(deps, part, tick.lookAheadTo);
  tick.saw(first);
  if (first.length === 0) return;
  const running = new Set<Promise<void>>();
  await serveWhileDue(deps, part, tick, { first, running });
  // Whoever hangs keeps nobody else waiting: the part is given back already.
  await Promise.all(running);
}

async function serveWhileDue(
  deps: Deps,
  part: Part,
  tick: Tick,
  { first, running }: { first: DueEntry[]; running: Set<Promise<void>> },
): Promise<void> {
  await using lease = await takePart(deps, part);
  if (!lease) return;
  const seen = new Map<string, number>();
  const ahead = first.filter((entry) => entry.at > tick.until);
  for (let entries = first; entries.length > 0; entries = await readDue(deps, part, tick.until)) {
    const readAt = deps.clock.now();
    const page = inTurns(entries.filter((entry) => entry.at <= readAt && seen.get(nameOf(entry)) !== entry.at));
    const begun = page.map((entry) => {
      seen.set(nameOf(entry), entry.at);
      return begin(deps, part, entry, tick, running);
    });
    // Behind what is due: each of these costs a read, and hardly one of them more.
    for (const entry of ahead.splice(0)) void begin(deps, part, entry, tick, running);
    const isOver = () => tick.isOver() || lease.signal.aborted;
    // The next page is read when the last of this one has begun, not when the slowest is done; and in time also while one owner's wait.
    await begunOrLate(deps, begun, tick);
    const pauseMs = Math.max(readAt + READ_EVERY_MS, nextLookAt(entries, seen, readAt)) - deps.clock.now();
    // Never longer, also when the clock has gone back since the index was read.
    if (!isOver()) await deps.clock.sleep(Math.min(pauseMs, READ_AT_LEAST_EVERY_MS), tick.signal);
    if (isOver()) return;
  }
}

async function begunOrLate({ clock }: Deps, begun: Promise<void>[], { timeIsUp }: Tick): Promise<void> {
  const waited = new AbortController();
  await Promise.race([Promise.all(begun), timeIsUp, clock.sleep(READ_AT_LEAST_EVERY_MS, waited.signal)]);
  waited.abort();
}

/** Serves the entry when a slot is free. Resolves when it has begun; `running` holds it until it has ended. */
function begin(deps: Deps, part: Part, entry: DueEntry, tick: Tick, running: Set<Promise<void>>): Promise<void> {
  return new Promise((resolve) => {
    const serving = tick.turns
      .run(entry.partition, () => {
        resolve();
        return serve(deps, part, entry, tick);
      })
      .finally(() => running.delete(serving));
    running.add(serving);
  });
}

function readDue(deps: Deps, { kind, shard }: Part, before: number): Promise<DueEntry[]> {
  return deps.table.due({ kind, shard, before, limit: PAGE });
}

/** Oldest first, yet a few of each owner in turn: one who has much due does not keep the others waiting. */
function inTurns(entries: DueEntry[]): DueEntry[] {
  const counts = new Map<string, number>();
  const turns = entries.map((entry) => {
    const count = counts.get(entry.partition) ?? 0;
    counts.set(entry.partition, count + 1);
    return { entry, turn: Math.floor(count / TURN_OF_ONE_OWNER) };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ entry }) => entry);
}

/** When what was read but not served yet falls due; soon, when a page was full or something new may have come. */
function nextLookAt(entries: DueEntry[], seen: Map<string, number>, readAt: number): number {
  const open = entries.filter((entry) => seen.get(nameOf(entry)) !== entry.at);
  const nextAt = Math.min(...open.map((entry) => entry.at), readAt + READ_AT_LEAST_EVERY_MS);
  return entries.length === PAGE ? readAt : nextAt;
}

async function serve(deps: Deps, part: Part, entry: DueEntry, tick: Tick): Promise<void> {
  if (tick.isOver()) return;
  reportStrangeId(deps, part, entry, tick);
  try {
    await part.handle({ partition: entry.partition, sort: entry.sort }, tick.signal);
  } catch (error) {
    deps.log.error({ error, kind: part.kind, item: entry.sort }, "a due item could not be served");
  }
}

/** It is served nevertheless: credits may be held for it. */
function reportStrangeId({ log }: Deps, { kind }: Part, entry: DueEntry, { strange }: Tick): void {
  if (!hasStrangeId(kind, entry) || strange.has(nameOf(entry))) return;
  strange.add(nameOf(entry));
  log.error({ kind, partition: entry.partition, item: entry.sort }, "a due item has an id that is no UUIDv7");
}

function nameOf(key: ItemKey): string {
  return `${key.partition}\n${key.sort}`;
}

/** Takes the part for 30 s and renews it. Null when another tick has it. The signal aborts when a renewal fails. */
async function takePart(deps: Deps, { kind, shard }: Part) {
  const key: ItemKey = { partition: `tick#${kind}#${shard}`, sort: "tick" };
  const token = deps.ids.token();
  const found = await deps.table.get(key);
  const takenUntil = (found?.data.until as number | undefined) ?? 0;
  const now = deps.clock.now();
  // One that ends later than a lease lasts was written by a clock that was ahead.
  if (takenUntil > now && takenUntil <= now + 2 * TICK_LEASE_MS) return null;
  const write = (until: number, version: number | undefined) =>
    deps.table.put({ ...key, data: { token, until } }, version === undefined ? "absent" : { version });
  let version = await write(deps.clock.now() + TICK_LEASE_MS, found?.version);
  if (version === null) return null;
  const lost = new AbortController();
  const released = new AbortController();
  const renewing = (async () => {
    while (!released.signal.aborted && version !== null) {
      await deps.clock.sleep(TICK_LEASE_MS / 3, released.signal);
      if (released.signal.aborted) return;
      version = await write(deps.clock.now() + TICK_LEASE_MS, version).catch(() => null);
    }
    lost.abort();
  })();
  return {
    signal: lost.signal,
    async [Symbol.asyncDispose]() {
      released.abort();
      await renewing;
      if (version !== null) await write(0, version);
    },
  };
}
