// All that is under way, kept up to date by one feed: jobs and productions move by themselves, wherever they were begun.
import type { Job, Production } from "dream-factory-client";
import { isEnded } from "dream-factory-client";
import { useSyncExternalStore } from "react";

export interface LiveState {
  /** Newest first: unfinished ones, and those that have failed and were not put away. */
  jobs: readonly Job[];
  productions: readonly Production[];
  /** Whether the server answers. */
  isReachable: boolean;
}

/** As the feed tells it, and as this page tells itself what it has begun or ended. */
export type News = { event: "snapshot"; data: Snapshot } | { event: "progress" | "ended"; data: Progress };

type Snapshot = { jobs: readonly Job[]; productions: readonly Production[]; missed: boolean };

type Progress = { jobId?: string; productionId?: string; status?: Job["status"]; stage?: string; progress?: number } & {
  job?: Job | undefined;
  production?: Production | undefined;
};

export interface Live {
  get(): LiveState;
  subscribe(changed: () => void): () => void;
  hear(news: News): void;
  /** What was begun here, before the feed tells of it. */
  add(job: Job): void;
  /** Failed ones go when they are put away, or made anew. */
  putAway(jobId: string): void;
  reach(isReachable: boolean): void;
  clear(): void;
}

export interface LiveOptions {
  ended(what: { job?: Job; production?: Production }): void;
  /** Somebody may have begun and ended that nobody told of. */
  missed(): void;
  /** Those that are unfinished here, and are no more where the feed comes from. */
  vanished(jobId: string): void;
  moved(production: Production | { id: string; percent: number }): void;
  /** The server answers again. */
  back(): void;
}

export function createLive(options: LiveOptions): Live {
  const jobs = new Map<string, Job>();
  const productions = new Map<string, Production>();
  const listeners = new Set<() => void>();
  let isReachable = true;
  let state: LiveState = { jobs: [], productions: [], isReachable };
  const change = () => {
    state = { jobs: newestFirst(jobs), productions: newestFirst(productions), isReachable };
    for (const listener of listeners) listener();
  };

  function snapshot(data: Snapshot): void {
    const there = new Set([...data.jobs, ...data.productions].map(({ id }) => id));
    for (const job of jobs.values()) if (!isEnded(job) && !there.has(job.id)) options.vanished(job.id);
    for (const { id } of productions.values()) if (!there.has(id)) productions.delete(id);
    for (const job of data.jobs) jobs.set(job.id, job);
    for (const production of data.productions) productions.set(production.id, production);
    if (data.missed) options.missed();
  }

  function jobNews(id: string, { job, status, stage, progress }: Progress): void {
    const before = jobs.get(id);
    if (job && isEnded(job)) {
      if (job.status === "failed") jobs.set(id, job);
      else jobs.delete(id);
      options.ended({ job });
    } else if (job) jobs.set(id, job);
    else if (before && !isEnded(before))
      jobs.set(id, {
        ...before,
        ...(status && { status }),
        ...(stage && { stage: stage as Job["stage"] }),
        progress: progress ?? before.progress,
      });
  }

  function productionNews(id: string, data: Progress): void {
    const { production, productionId: _, job: __, ...moved } = data;
    const before = productions.get(id);
    const now = production ?? (before && ({ ...before, ...moved } as Production));
    if (!now) return;
    if (isEnded(now)) {
      productions.delete(id);
      options.ended({ production: now });
    } else productions.set(id, now);
    options.moved(now);
  }

  return {
    get: () => state,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    hear(news) {
      if (news.event === "snapshot") snapshot(news.data);
      else if (news.data.jobId) jobNews(news.data.jobId, news.data);
      else if (news.data.productionId) productionNews(news.data.productionId, news.data);
      change();
    },
    add(job) {
      if (!jobs.has(job.id)) jobs.set(job.id, job);
      change();
    },
    putAway(jobId) {
      jobs.delete(jobId);
      change();
    },
    reach(is) {
      if (is === isReachable) return;
      isReachable = is;
      change();
      if (is) options.back();
    },
    clear() {
      jobs.clear();
      productions.clear();
      isReachable = true;
      change();
    },
  };
}

export function useLive(live: Live): LiveState {
  return useSyncExternalStore(live.subscribe, live.get);
}

/** Ids are in the order in which they were made. */
function newestFirst<Item extends { id: string }>(items: ReadonlyMap<string, Item>): Item[] {
  return Array.from(items.values()).toSorted((a, b) => (a.id < b.id ? 1 : -1));
}
