// The live feed as its reader sees it: what has happened, and what happens next.
import type { Clock } from "../../ports/clock.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import type { RequestDeps } from "../deps.ts";
import { type FeedEntry, type Job, keyOf } from "../job.ts";
import { nudgeIfLate } from "../moving/tickets.ts";
import { readsAsEnded, type Stage, type Status } from "../states.ts";
import { publicJob } from "./public-job.ts";
import { findJob } from "./read.ts";

export interface FeedEvent {
  /** Running number, from 1 through all rounds. */
  n: number;
  /** ISO 8601, UTC. */
  at: string;
  status: Status;
  stage: Stage;
  progress: number;
  /** Only in the event with which the job has ended: the whole job, so that nobody has to ask for it. */
  job?: Awaited<ReturnType<typeof publicJob>>;
}

/** What is newer than `after`, oldest first, as far as it is kept; `next` is where to go on. */
export async function feedAfter(
  store: RequestStore,
  job: Job,
  after: number,
): Promise<{ items: FeedEvent[]; next: number }> {
  const entries = job.feed.filter(({ n }) => n > after);
  return { items: await Promise.all(entries.map((entry) => feedEvent(store, job, entry))), next: newest(job) };
}

/** The job has ended and the reader knows it. */
export function isReadToItsEnd(job: Job, after: number): boolean {
  return readsAsEnded(job) && after >= newest(job);
}

export type FeedNews =
  | { is: "event"; event: FeedEvent; isEnd: boolean }
  /** These numbers were there, and are no longer kept. */
  | { is: "gap"; from: number; to: number }
  /** Nothing has happened for a while. */
  | { is: "silence" };

const LOOK_EVERY_MS = 1000;
const SILENCE_MS = 15_000;
/** More often than every 10 s nobody is nudged, and no reader is looked up. */
const LOOKS_PER_CHECK = 10;

/**
 * What is newer than `after`, and what comes, until the job reads as ended, the signal aborts or `ms` are over. The first look is `first`;
 * the others read the job once a second, and nudge it when it is late, as every reader does. Every tenth look asks first whether the
 * reader may still look; if not, it ends.
 */
export async function* followFeed(
  deps: RequestDeps,
  first: Job,
  options: { after: number; ms: number; signal: AbortSignal; isAllowed?: () => Promise<boolean> },
): AsyncGenerator<FeedNews> {
  const { signal } = options;
  // A number that was never given out would leave the reader without everything up to it.
  let seen = Math.min(options.after, newest(first));
  let job = first;
  let quietMs = 0;
  const hasTime = timer(deps.clock, options.ms);
  for (let looks = 1; ; looks++) {
    for (const news of await newsAfter(deps.store, job, seen)) {
      yield news;
      quietMs = 0;
    }
    seen = newest(job);
    if (readsAsEnded(job) || signal.aborted || !hasTime(LOOK_EVERY_MS)) return;
    await deps.clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    quietMs += LOOK_EVERY_MS;
    if (quietMs >= SILENCE_MS) {
      yield { is: "silence" };
      quietMs = 0;
    }
    const isCheck = looks % LOOKS_PER_CHECK === 0;
    if (isCheck && options.isAllowed && !(await options.isAllowed())) return;
    job = await findJob(deps, keyOf(job));
    if (isCheck) await nudgeIfLate(deps, job);
  }
}

async function newsAfter(store: RequestStore, job: Job, after: number): Promise<FeedNews[]> {
  const { items } = await feedAfter(store, job, after);
  const oldest = items[0]?.n ?? after + 1;
  const gap: FeedNews[] = oldest > after + 1 ? [{ is: "gap", from: after + 1, to: oldest - 1 }] : [];
  return [...gap, ...items.map((event): FeedNews => ({ is: "event", event, isEnd: event.job !== undefined }))];
}

/** An end that a retry has taken back is only a step on the way: what ends the feed is the newest entry of a settled job. */
async function feedEvent(store: RequestStore, job: Job, { n, at, status, stage, progress }: FeedEntry) {
  const event: FeedEvent = { n, at: new Date(at).toISOString(), status, stage, progress };
  return readsAsEnded(job) && n === newest(job) ? { ...event, job: await publicJob(store, job) } : event;
}

function newest(job: Job): number {
  return job.feed.at(-1)?.n ?? 0;
}

/** Says whether a pause of so long fits in before `ms` are over. Pauses are counted as well: the clock may go back. */
function timer(clock: Clock, ms: number): (pauseMs: number) => boolean {
  const startedAt = clock.now();
  let pausedMs = 0;
  return (pauseMs) => {
    pausedMs += pauseMs;
    return Math.max(pausedMs, clock.now() - startedAt + pauseMs) <= ms;
  };
}
