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

/** The user's jobs, newest first, page by page. */
export function useJobs(client: Client, options: UseJobsOptions = {}): UsedJobs {
  const { limit, status, type, search, isLive = true } = options;
  const [jobs, setJobs] = useState<readonly Job[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [wanted, setWanted] = useState<{ cursor: string | undefined }>({ cursor: undefined });
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<Error | null>(null);
  const refresh = useCallback(() => setWanted({ cursor: undefined }), []);
  const loadMore = useCallback(() => {
    if (next !== null && !isLoading) setWanted({ cursor: next });
  }, [next, isLoading]);
  /** What the feed has told, by id: a page that was read before does not take it back. */
  const heard = useRef(new Map<string, Job>());

  // Before the first page is asked for: so nothing is lost between the two.
  useEffect(() => {
    if (!isLive) return;
    heard.current = new Map();
    const isListed = listedBy({ status, type, search });
    const tell = (job: Job) => {
      heard.current.set(job.id, job);
      setJobs((before) => withJob(before, job, isListed));
    };
    const read = (id: string) => void client.getJob(id).then(tell, () => undefined);
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
        else setJobs((before) => before.map((job) => (job.id === data.jobId ? moved(job, data) : job)));
      },
      setError,
    );
  }, [client, isLive, status, type, search, refresh]);

  // Another filter is another list: its first page, whatever was wanted before.
  const filter = JSON.stringify([limit, status, type, search]);
  const last = useRef(filter);
  useEffect(() => {
    const cursor = last.current === filter ? wanted.cursor : undefined;
    last.current = filter;
    setLoading(true);
    return untilGone(
      async (signal, tell) => {
        const page = await client.listJobs({ limit, status, type, search, cursor }, { signal });
        const items = page.items.map((job) => newer(job, heard.current.get(job.id)));
        tell(() => {
          setJobs((before) => {
            const kept = cursor === undefined ? [] : before.filter(({ id }) => items.every((job) => job.id !== id));
            return [...kept, ...items];
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
  }, [client, filter, limit, status, type, search, wanted]);
  return { jobs, isLoading, hasMore: next !== null, error, loadMore, refresh };
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
