// The live feed of everything that a user has under way: all jobs and productions in one stream. What is active stands in the account, as holds,
// and so does what was settled lately; so a look reads the account and whatever is active, and nothing else, however much the user has.
import { type Account, payeeName, readAccount, type Settled } from "../../credits/account.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { type Job, readJob } from "../../jobs/job.ts";
import { nudgeIfLate } from "../../jobs/moving/tickets.ts";
import { type FeedEvent, feedAfter } from "../../jobs/reading/feed.ts";
import type { FollowOptions } from "../../jobs/reading/news.ts";
import { publicJob } from "../../jobs/reading/public-job.ts";
import { isShown as isJobShown } from "../../jobs/reading/read.ts";
import { readsAsEnded } from "../../jobs/states.ts";
import { type Production, readProduction } from "../production.ts";
import { hurryIfLate, productionFeedAfter } from "./feed.ts";
import { isShown } from "./find.ts";
import { type Place, placeText } from "./place.ts";
import { publicProduction } from "./public-production.ts";

type ShownJob = Awaited<ReturnType<typeof publicJob>>;
type ShownProduction = ReturnType<typeof publicProduction>;
type ProductionEvent = ReturnType<typeof productionFeedAfter>["items"][number];

/** All that is under way. What a reader has as unfinished, and is not among these, has ended. */
export interface Snapshot {
  jobs: ShownJob[];
  productions: ShownProduction[];
  /** The reader came back too late: something may have begun and ended that no event tells of. Lists are to be read anew. */
  missed: boolean;
}

export type UserEvent =
  | { event: "snapshot"; data: Snapshot }
  | {
      /** `ended`: it has ended, with the whole of it. So has the first event of what the reader has not heard of. */
      event: "progress" | "ended";
      data: ({ jobId: string } & FeedEvent) | ({ productionId: string } & ProductionEvent);
    };

/** `id`: where its reader is once it has it. */
export type PlacedEvent = UserEvent & { id: string };
export type UserNews = ({ is: "event" } & PlacedEvent) | { is: "silence" };

const LOOK_EVERY_MS = 1000;
/** With nothing under way only the account is read, and less often. */
const IDLE_LOOK_EVERY_MS = 2000;
const SILENCE_MS = 15_000;
const CHECK_EVERY_MS = 10_000;

export interface UserFeedOptions extends Pick<FollowOptions, "ms" | "signal" | "isAllowed"> {
  /** Null: from now on, beginning with a snapshot. */
  place: Place | null;
}

/** Until the signal aborts, `ms` are over, or the account is closed: there is no last event. */
export async function* followEverything(
  deps: RequestDeps,
  userId: string,
  { place, ms, signal, isAllowed }: UserFeedOptions,
): AsyncGenerator<UserNews> {
  const reader = readerOf(deps, userId, place);
  const startedAt = deps.clock.now();
  let pausedMs = 0;
  let quietMs = 0;
  for (let uncheckedMs = 0; ; ) {
    for await (const event of reader.look()) {
      yield { is: "event", ...event };
      quietMs = 0;
    }
    const pauseMs = reader.isIdle() ? IDLE_LOOK_EVERY_MS : LOOK_EVERY_MS;
    pausedMs += pauseMs;
    // Pauses are counted as well: the clock may go back.
    const isOver = Math.max(pausedMs, deps.clock.now() - startedAt + pauseMs) > ms;
    if (reader.isClosed() || signal.aborted || isOver) return;
    await deps.clock.sleep(pauseMs, signal);
    if (signal.aborted) return;
    quietMs += pauseMs;
    uncheckedMs += pauseMs;
    if (quietMs >= SILENCE_MS) {
      yield { is: "silence" };
      quietMs = 0;
    }
    if (uncheckedMs < CHECK_EVERY_MS) continue;
    uncheckedMs = 0;
    if (isAllowed && !(await isAllowed())) return;
    await reader.hurry();
  }
}

/** What has happened since, in one look; `next` is where to go on. */
export async function everythingAfter(
  deps: RequestDeps,
  userId: string,
  place: Place | null,
): Promise<{ items: UserEvent[]; next: string }> {
  const reader = readerOf(deps, userId, place);
  const items: UserEvent[] = [];
  for await (const { id: _, ...event } of reader.look()) items.push(event);
  await reader.hurry();
  return { items, next: reader.place() };
}

/** What both kinds are to a reader. */
interface Followed {
  newest: number;
  hasEnded: boolean;
  /** Of the same job or production, newer than that number. */
  eventsAfter(n: number): Promise<UserEvent[]>;
  /** The newest event, with the whole; null before there is one. */
  first(): Promise<UserEvent | null>;
  shown(): Promise<{ job: ShownJob } | { production: ShownProduction }>;
  hurry(): Promise<void>;
}

function readerOf(deps: RequestDeps, userId: string, from: Place | null) {
  let settled = from?.settled ?? null;
  let isClosed = false;
  /** By name: the newest event that was told. Who has ended stays until the account's number says so too. */
  const told = new Map(from?.told);
  const over = new Set<string>();
  let followed = new Map<string, Followed>();
  const place = () => placeText({ settled: settled ?? 0, told });

  /** One look at the account, and at what it names. */
  async function* look(): AsyncGenerator<PlacedEvent> {
    const account = (await readAccount(deps.table, userId))?.account;
    isClosed = !account || account.deletion !== undefined;
    if (!account || isClosed) return;
    const active = new Set(account.holds.map(payeeName));
    const ring = account.settled ?? { n: 0, ids: [] };
    const wereOver = [...over];
    const fresh = settled === null ? null : settledSince(ring, settled);
    const names = new Set([...[...told.keys()].filter((name) => !over.has(name)), ...active, ...(fresh ?? [])]);
    followed = await readAll(account, names);
    if (fresh === null) {
      const snapshot = await snapshotOf(followed, settled !== null);
      settled = ring.n;
      told.clear();
      over.clear();
      for (const [name, each] of followed) keep(name, each, each.newest);
      yield { ...snapshot, id: place() };
      return;
    }
    for (const [name, each] of followed) yield* news(name, each);
    // What is not there any more is not waited for.
    for (const name of names) if (!followed.has(name)) told.delete(name);
    const isKnown = (name: string) => over.has(name) || active.has(name) || !followed.has(name);
    const unknown = fresh.findIndex((name) => !isKnown(name));
    settled = unknown < 0 ? ring.n : ring.n - fresh.length + unknown;
    for (const name of wereOver)
      if (!active.has(name) && !fresh.slice(unknown < 0 ? fresh.length : unknown).includes(name)) forget(name);
  }

  async function* news(name: string, each: Followed): AsyncGenerator<PlacedEvent> {
    const known = told.get(name);
    const first = known === undefined ? await each.first() : null;
    if (known === undefined && first === null) return;
    const events = first ? [first] : await each.eventsAfter(Math.min(known ?? 0, each.newest));
    for (const event of events) {
      keep(name, each, "n" in event.data ? event.data.n : each.newest);
      yield { ...event, id: place() };
    }
    keep(name, each, each.newest);
  }

  function keep(name: string, { hasEnded, newest }: Followed, n: number): void {
    told.set(name, n);
    if (hasEnded && n === newest) over.add(name);
    else over.delete(name);
  }

  function forget(name: string): void {
    told.delete(name);
    over.delete(name);
  }

  async function readAll(account: Account, names: ReadonlySet<string>): Promise<Map<string, Followed>> {
    const found = await Promise.all(
      [...names].map(async (name) => [name, await readNamed(deps, account, name)] as const),
    );
    return new Map(found.flatMap(([name, each]) => (each ? [[name, each]] : [])));
  }

  return {
    look,
    place,
    isClosed: () => isClosed,
    isIdle: () => [...followed.keys()].every((name) => over.has(name)),
    hurry: async () => void (await Promise.all([...followed.values()].map((each) => each.hurry()))),
  };
}

/** Null when the account does not name all of them any more, or has never counted so far. */
function settledSince({ n, ids }: Settled, since: number): readonly string[] | null {
  if (since > n || n - since > ids.length) return null;
  return since === n ? [] : ids.slice(since - n);
}

async function snapshotOf(followed: ReadonlyMap<string, Followed>, missed: boolean) {
  const shown = await Promise.all([...followed.values()].map((each) => each.shown()));
  const jobs = shown.flatMap((each) => ("job" in each ? [each.job] : []));
  const productions = shown.flatMap((each) => ("production" in each ? [each.production] : []));
  return { event: "snapshot" as const, data: { jobs, productions, missed } };
}

async function readNamed(deps: RequestDeps, account: Account, name: string): Promise<Followed | null> {
  const [kind, id = ""] = name.split("#");
  const { userId } = account;
  if (kind === "job") {
    const job = (await readJob(deps.table, { userId, jobId: id }))?.job;
    return job && isJobShown(job, account, {}) ? followedJob(deps, job) : null;
  }
  const production = (await readProduction(deps.table, { userId, productionId: id }))?.production;
  return production && isShown(production, account) ? followedProduction(deps, production) : null;
}

function followedJob(deps: RequestDeps, job: Job): Followed {
  const newest = job.feed.at(-1)?.n ?? 0;
  const event = (told: FeedEvent): UserEvent => ({
    event: told.job && readsAsEnded(job) ? "ended" : "progress",
    data: { jobId: job.id, ...told },
  });
  const after = async (n: number) => (await feedAfter(deps.store, job, n)).items;
  return {
    newest,
    hasEnded: readsAsEnded(job),
    eventsAfter: async (n) => (await after(n)).map(event),
    async first() {
      const [last] = (await after(newest - 1)).slice(-1);
      return last ? event({ ...last, job: await publicJob(deps.store, job) }) : null;
    },
    shown: async () => ({ job: await publicJob(deps.store, job) }),
    hurry: () => nudgeIfLate(deps, job),
  };
}

function followedProduction(deps: RequestDeps, production: Production): Followed {
  const newest = production.feed.at(-1)?.n ?? 0;
  const hasEnded = production.state === "settled";
  const event = (told: ProductionEvent): UserEvent => ({
    event: hasEnded && told.n === newest ? "ended" : "progress",
    data: { productionId: production.id, ...told },
  });
  return {
    newest,
    hasEnded,
    eventsAfter: async (n) => productionFeedAfter(production, n).items.map(event),
    async first() {
      const [last] = productionFeedAfter(production, newest - 1).items.slice(-1);
      return last ? event({ ...last, production: publicProduction(production) }) : null;
    },
    shown: async () => ({ production: publicProduction(production) }),
    hurry: () => hurryIfLate(deps, production),
  };
}
