// The live feed as its reader sees it: what has happened, and what happens next.
import type { RequestStore } from "../../ports/object-store.ts";
import type { RequestDeps } from "../deps.ts";
import { type FeedEntry, type Job, keyOf } from "../job.ts";
import { nudgeIfLate } from "../moving/tickets.ts";
import { readsAsEnded, type Stage, type Status } from "../states.ts";
import { type Followed, type FollowOptions, type News, newsOf } from "./news.ts";
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

export type FeedNews = News<FeedEvent>;

/** What is newer than `after`, and what comes, until the job reads as ended; a job that is late is nudged, as by every reader. */
export function followFeed(deps: RequestDeps, first: Job, options: FollowOptions): AsyncGenerator<FeedNews> {
  const followed: Followed<Job, FeedEvent> = {
    eventsAfter: async (job, after) => (await feedAfter(deps.store, job, after)).items,
    newest,
    isEnd: (event) => event.job !== undefined,
    hasEnded: readsAsEnded,
    read: (job) => findJob(deps, keyOf(job)),
    hurry: (job) => nudgeIfLate(deps, job),
  };
  return newsOf(deps.clock, first, followed, options);
}

/** An end that a retry has taken back is only a step on the way: what ends the feed is the newest entry of a settled job. */
async function feedEvent(store: RequestStore, job: Job, { n, at, status, stage, progress }: FeedEntry) {
  const event: FeedEvent = { n, at: new Date(at).toISOString(), status, stage, progress };
  return readsAsEnded(job) && n === newest(job) ? { ...event, job: await publicJob(store, job) } : event;
}

function newest(job: Job): number {
  return job.feed.at(-1)?.n ?? 0;
}
