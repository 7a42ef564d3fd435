// The user's jobs as a list that lives: pages of it, and over the one feed of everything whatever happens to them.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Client } from "./client.ts";
import type { Job, UserEvent } from "./generated/schema.ts";
import type { Query } from "./of-operation.ts";
import { listen } from "./shared-feed.ts";
import { untilGone } from "./until-gone.ts";
import { isEnded } from "./wait.ts";

export interface UsedJobs {
  jobs: readonly Job[];
  isLoading: boolean;
  hasMore: boolean;
  error: Error | null;
  /** The next page, behind those that are there. */
  loadMore(): void;
  /** From the first page on. */
  refresh(): void;
}

export interface UseJobsOptions extends Omit<Query<"listJobs">, "cursor"> {
  /** False: the list is as it was read. Default: it is kept up to date over one connection, which all hooks of a client share. */
  isLive?: boolean;
}

/** The user's jobs, newest first, page by page. With another `client.token` they are read anew when the component renders. */
export function useJobs(client: Client, options: UseJobsOptions = {}): UsedJobs {
  const { limit, status, type, search, isLive = true } = options;
  const { token } = client;
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [wanted, setWanted] = useState<{ cursor: string | undefined }>({ cursor: undefined });
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  /** Why the feed cannot go on, and which one it is: the next is begun by `refresh`. */
  const [feed, setFeed] = useState<{ round: number; error: Error | null }>({ round: 0, error: null });
  const refresh = useCallback(() => {
    setWanted({ cursor: undefined });
    setFeed((before) => (before.error ? { round: before.round + 1, error: null } : before));
  }, []);
  const loadMore = useCallback(() => {
    if (next !== null && !isLoading) setWanted({ cursor: next });
  }, [next, isLoading]);
  /** What the feed has told, by id: a page that was read before does not take it back. */
  const heard = useRef(new Map<string, Job>());
  const { round } = feed;

  // Before the first page is asked for: so nothing is lost between the two.
  useEffect(() => {
    if (!isLive) return;
    heard.current = new Map();
    setFeed((before) => (before.error ? { ...before, error: null } : before));
    const isListed = listedBy({ status, type, search });
    const tell = (job: Job) => {
      heard.current.set(job.id, job);
      setJobs((before) => withJob(before, job, isListed));
    };
    const read = (id: string): void => void client.getJob(id).then(tell, () => undefined);
    const move = (data: Moved) => {
      const known = heard.current.get(data.jobId);
      // What had ended and goes on is another round, of which the event does not tell all.
      if (known && isEnded(known) && data.at > known.updatedAt) return read(data.jobId);
      if (known) return tell(moved(known, data));
      setJobs((before) => {
        const there = before.find(({ id }) => id === data.jobId);
        if (there) return withJob(before, moved(there, data), isListed);
        // It may have come to what is listed, as from pending to processing.
        if (status?.split(",").includes(data.status)) read(data.jobId);
        return before;
      });
    };
    return listen(
      client,
      (event) => {
        if (event.event === "snapshot") {
          if (event.data.missed) refresh();
          for (const job of event.data.jobs) tell(job);
          const active = new Set(event.data.jobs.map(({ id }) => id));
          setJobs((before) => {
            // What was unfinished and is not among them has ended.
            for (const job of before) if (!isEnded(job) && !active.has(job.id)) read(job.id);
            return before;
          });
          return;
        }
        const { data } = event;
        if (!("jobId" in data)) return;
        if (data.job) tell(data.job);
        else move(data);
      },
      (thrown) => setFeed((before) => ({ ...before, error: thrown })),
    );
  }, [client, token, round, isLive, status, type, search, refresh]);

  // Another filter is another list, and so is another user's: its first page, whatever was wanted before.
  const filter = JSON.stringify([limit, status, type, search]);
  const last = useRef({ filter, token });
  useEffect(() => {
    const cursor = last.current.filter === filter && last.current.token === token ? wanted.cursor : undefined;
    last.current = { filter, token };
    const isListed = listedBy({ status, type, search });
    const known = new Map(heard.current);
    setLoading(true);
    return untilGone(
      async (signal, tell) => {
        const page = await client.listJobs({ limit, status, type, search, cursor }, { signal });
        const items = page.items.flatMap((job) => {
          const now = newer(job, heard.current.get(job.id));
          return now === job || isListed(now) ? [now] : [];
        });
        const meanwhile = [...heard.current.values()].filter((job) => known.get(job.id) !== job);
        tell(() => {
          setJobs((before) => {
            const kept = cursor === undefined ? [] : before.filter(({ id }) => items.every((job) => job.id !== id));
            return meanwhile.reduce((list, job) => withJob(list, job, isListed), [...kept, ...items] as readonly Job[]);
          });
          setNext(page.nextCursor);
          setError(null);
          setLoading(false);
        });
      },
      (thrown) => {
        setError(thrown);
        setLoading(false);
      },
    );
  }, [client, token, filter, limit, status, type, search, wanted]);
  return { jobs, isLoading, hasMore: next !== null, error: error ?? feed.error, loadMore, refresh };
}

type Moved = Extract<Extract<UserEvent, { event: "progress" | "ended" }>["data"], { jobId: string }>;

function moved(job: Job, { status, stage, progress, at }: Moved): Job {
  return at < job.updatedAt ? job : { ...job, status, stage, progress, updatedAt: at };
}

function newer(read: Job, told: Job | undefined): Job {
  return told && told.updatedAt >= read.updatedAt ? told : read;
}

/** In its place; a new one in front, where it belongs to what is listed. */
function withJob(before: readonly Job[], job: Job, isListed: (job: Job) => boolean): readonly Job[] {
  const others = before.filter(({ id }) => id !== job.id);
  if (!isListed(job)) return others;
  if (others.length < before.length) return before.map((each) => (each.id === job.id ? newer(each, job) : each));
  const at = before.findIndex(({ id }) => id < job.id);
  // One that is older than all that is there stands on a page that was not read yet.
  if (at < 0 && before.length > 0) return before;
  return [...before.slice(0, Math.max(at, 0)), job, ...before.slice(Math.max(at, 0))];
}

/** As the server filters. */
function listedBy({ status, type, search }: Pick<UseJobsOptions, "status" | "type" | "search">) {
  const folded = (text: string) => text.normalize("NFKC").toLowerCase();
  const words = folded(search ?? "")
    .split(/\s+/u)
    .filter((word) => word !== "");
  return (job: Job) =>
    (status === undefined || status.split(",").includes(job.status)) &&
    (type === undefined || type.split(",").includes(job.type)) &&
    words.every((word) => folded(job.prompt).includes(word));
}
